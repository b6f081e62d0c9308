// OpenTelemetry's Go SDK as either end of a queue; what it does and is told: otel_peer.py.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

var (
	propagator = propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})
	tracer     trace.Tracer
)

func exporter(ctx context.Context) (sdk.SpanExporter, error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc" {
		return otlptracegrpc.New(ctx)
	}
	return otlptracehttp.New(ctx)
}

func tell(event string, facts map[string]any) {
	facts["event"] = event
	line, _ := json.Marshal(facts)
	fmt.Println(string(line))
}

func produce(headers map[string]string) {
	ctx := propagator.Extract(context.Background(), propagation.MapCarrier(headers))
	var members []baggage.Member
	for key, value := range map[string]string{"tenant": "Amélie", "greeting": "a b", "discount": "100%"} {
		member, err := baggage.NewMemberRaw(key, value)
		if err != nil {
			log.Fatal(err)
		}
		members = append(members, member)
	}
	set, err := baggage.New(members...)
	if err != nil {
		log.Fatal(err)
	}
	ctx = baggage.ContextWithBaggage(ctx, set)
	ctx, server := tracer.Start(ctx, "POST /api/deploy", trace.WithSpanKind(trace.SpanKindServer))
	defer server.End()
	ctx, producer := tracer.Start(ctx, "send deployment", trace.WithSpanKind(trace.SpanKindProducer))
	defer producer.End()
	metadata := propagation.MapCarrier{}
	propagator.Inject(ctx, metadata)
	tell("produced", map[string]any{"metadata": metadata})
}

func workOn(name string, metadata map[string]string) {
	sender := propagator.Extract(context.Background(), propagation.MapCarrier(metadata))
	_, span := tracer.Start(sender, "process deployment", trace.WithSpanKind(trace.SpanKindConsumer))
	defer span.End()
	read := map[string]string{}
	for _, member := range baggage.FromContext(sender).Members() {
		read[member.Key()] = member.Value()
	}
	text, _ := json.Marshal(read)
	span.SetAttributes(attribute.String("peer.case", name), attribute.String("peer.baggage", string(text)),
		attribute.String("peer.flags", span.SpanContext().TraceFlags().String()))
	tell("continued", map[string]any{})
}

func main() {
	ctx := context.Background()
	out, err := exporter(ctx)
	if err != nil {
		log.Fatal(err)
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(out))
	tracer = provider.Tracer("waybill.tests.peers")
	tell("ready", map[string]any{"version": otel.Version()})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked struct {
			Do, Case          string
			Headers, Metadata map[string]string
		}
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		if asked.Do == "produce" {
			produce(asked.Headers)
		} else {
			workOn(asked.Case, asked.Metadata)
		}
	}
	if err := provider.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
}
