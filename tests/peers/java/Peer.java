// OpenTelemetry's Java SDK as either end of a queue; what it does and is told: otel_peer.py.

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

public final class Peer {
  private static final TextMapPropagator propagator =
      TextMapPropagator.composite(W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance());
  private static final TextMapGetter<JsonObject> getter =
      new TextMapGetter<>() {
        @Override
        public String get(JsonObject headers, String name) {
          return headers.has(name) ? headers.get(name).getAsString() : null;
        }
      };
  private static final Gson gson = new Gson();
  private static final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private static void tell(String event, Map<String, Object> facts) {
    Map<String, Object> line = new HashMap<>(facts);
    line.put("event", event);
    out.println(gson.toJson(line));
  }

  // The Java SDK itself reads no variables of the environment; a module of its own does.
  private static SpanExporter exporter() {
    String endpoint = System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT");
    return "grpc".equals(System.getenv("OTEL_EXPORTER_OTLP_PROTOCOL"))
        ? OtlpGrpcSpanExporter.builder().setEndpoint(endpoint).build()
        : OtlpHttpSpanExporter.builder().setEndpoint(endpoint + "/v1/traces").build();
  }

  private static void produce(Tracer tracer, JsonObject headers) {
    Baggage baggage =
        Baggage.builder().put("tenant", "Amélie").put("greeting", "a b").put("discount", "100%").build();
    Context request = propagator.extract(Context.root(), headers, getter).with(baggage);
    Span server =
        tracer.spanBuilder("POST /api/deploy").setSpanKind(SpanKind.SERVER).setParent(request).startSpan();
    Context serving = request.with(server);
    Span producer =
        tracer.spanBuilder("send deployment").setSpanKind(SpanKind.PRODUCER).setParent(serving).startSpan();
    Map<String, String> metadata = new HashMap<>();
    propagator.inject(serving.with(producer), metadata, Map::put);
    producer.end();
    server.end();
    tell("produced", Map.of("metadata", metadata));
  }

  private static void workOn(Tracer tracer, String name, JsonObject metadata) {
    Context sender = propagator.extract(Context.root(), metadata, getter);
    Span span =
        tracer.spanBuilder("process deployment").setSpanKind(SpanKind.CONSUMER).setParent(sender).startSpan();
    Map<String, String> read = new HashMap<>();
    Baggage.fromContext(sender).forEach((key, entry) -> read.put(key, entry.getValue()));
    span.setAttribute("peer.case", name);
    span.setAttribute("peer.baggage", gson.toJson(read));
    span.setAttribute("peer.flags", span.getSpanContext().getTraceFlags().asHex());
    span.end();
    tell("continued", Map.of());
  }

  public static void main(String[] arguments) throws Exception {
    SdkTracerProvider provider =
        SdkTracerProvider.builder().addSpanProcessor(BatchSpanProcessor.builder(exporter()).build()).build();
    Tracer tracer = provider.get("waybill.tests.peers");
    String version = Resource.getDefault().getAttribute(AttributeKey.stringKey("telemetry.sdk.version"));
    tell("ready", Map.of("version", version));
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = lines.readLine()) != null; ) {
      JsonObject asked = gson.fromJson(line, JsonObject.class);
      if (asked.get("do").getAsString().equals("produce")) {
        produce(tracer, asked.getAsJsonObject("headers"));
      } else {
        workOn(tracer, asked.get("case").getAsString(), asked.getAsJsonObject("metadata"));
      }
    }
    provider.shutdown().join(10, TimeUnit.SECONDS);
  }
}
