// The peer "Go: OpenTelemetry": the same operations as waybill-operations, with what the SDK for Go has for them. Its carrier
// is propagation.MapCarrier, a map[string]string; its spans go to
// a processor that lets them go: no batch, no exporter.
//
//	peer                     its name and version, then the operations, a line each
//	peer OPERATION TIMES     does it so many times: nanoseconds, allocations, bytes of them, in all
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

var both = propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})

func foreignKeys() propagation.MapCarrier {
	return propagation.MapCarrier{
		"organizationId": "org_1", "userId": "user_1", "requestId": "req_1", "priority": "high", "region": "eu-1"}
}

func onlyTraceparent() propagation.MapCarrier {
	headers := foreignKeys()
	headers["traceparent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	return headers
}

func threeHeaders() propagation.MapCarrier {
	headers := onlyTraceparent()
	headers["tracestate"] = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,acme=abc123x"
	headers["baggage"] = "userId=alice,serverNode=DF%2028,isProduction=false"
	return headers
}

var sink context.Context

func extract(headers propagation.MapCarrier) func(int) {
	return func(times int) {
		for i := 0; i < times; i++ {
			sink = both.Extract(context.Background(), headers)
		}
	}
}

func injectFresh(times int) {
	from := both.Extract(context.Background(), threeHeaders())
	for i := 0; i < times; i++ {
		both.Inject(from, propagation.MapCarrier{})
	}
}

func injectAgain(times int) {
	from := both.Extract(context.Background(), threeHeaders())
	headers := foreignKeys()
	for i := 0; i < times; i++ {
		both.Inject(from, headers)
	}
}

// Takes each finished span and lets it go.
type nowhere struct{}

func (nowhere) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (nowhere) OnEnd(sdktrace.ReadOnlySpan)                     {}
func (nowhere) Shutdown(context.Context) error                  { return nil }
func (nowhere) ForceFlush(context.Context) error                { return nil }

func span(attributes bool) func(int) {
	return func(times int) {
		made := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(nowhere{})).Tracer("bench")
		for i := 0; i < times; i++ {
			_, one := made.Start(context.Background(), "db.query")
			if attributes {
				one.SetAttributes(
					attribute.String("db.system.name", "postgresql"),
					attribute.String("db.operation.name", "SELECT"),
					attribute.String("server.address", "10.0.0.1"),
					attribute.Int("server.port", 5432),
					attribute.Int("rows", 17),
					attribute.Int64("bytes", int64(i)),
					attribute.Bool("cached", false),
					attribute.Float64("ratio", 0.25))
			}
			one.End()
		}
	}
}

type operation struct {
	name string
	run  func(times int)
}

var operations = []operation{
	{"extract 3 headers, std::map", extract(threeHeaders())},
	{"extract traceparent alone, std::map", extract(onlyTraceparent())},
	{"extract where there is none, std::map", extract(foreignKeys())},
	{"inject 3 headers, fresh std::map", injectFresh},
	{"inject 3 headers again, std::map", injectAgain},
	{"span, no attributes", span(false)},
	{"span, 8 attributes", span(true)},
}

func main() {
	if len(os.Args) != 3 {
		fmt.Println("OpenTelemetry for Go", otel.Version())
		for _, one := range operations {
			fmt.Println(one.name)
		}
		return
	}
	times, _ := strconv.Atoi(os.Args[2])
	for _, one := range operations {
		if one.name != os.Args[1] || times == 0 {
			continue
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		one.run(times)
		took := time.Since(began)
		runtime.ReadMemStats(&after)
		fmt.Println(took.Nanoseconds(), after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc)
		return
	}
	os.Exit(2)
}
