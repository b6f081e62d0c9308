"""A service with the OpenTelemetry SDK and its gRPC exporters: a span with all that a span can have, an event, metrics.

    otel_grpc_peer.py HOST:PORT none|gzip
"""

import logging
import sys

import grpc
import otel_setup
from opentelemetry import trace
from opentelemetry._logs import get_logger_provider, set_logger_provider
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

address, compression = sys.argv[1:]
to = {"endpoint": f"http://{address}", "insecure": True,
      "compression": grpc.Compression.Gzip if compression == "gzip" else None}
resource = Resource.create({"service.name": "otel-grpc"})
traces = TracerProvider(resource=resource)
traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(**to)))
set_logger_provider(LoggerProvider(resource=resource))
get_logger_provider().add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(**to)))
metrics = MeterProvider(resource=resource, metric_readers=[PeriodicExportingMetricReader(OTLPMetricExporter(**to))])
log = logging.getLogger("peer")
log.addHandler(LoggingHandler(logger_provider=get_logger_provider()))

tracer = traces.get_tracer("waybill.tests.peers", "1.2")
with tracer.start_as_current_span("sent before") as other:
    pass
with tracer.start_as_current_span("outer", kind=trace.SpanKind.SERVER) as outer:
    with tracer.start_as_current_span("inner", links=[trace.Link(other.get_span_context(), {"why": "told"})]) as inner:
        inner.set_attributes({"text": "Amélie", "number": 1 << 60, "list": [1, 2], "half": 0.5, "yes": True})
        inner.add_event("something", {"n": 3})
        log.warning("a line of the inner span")
metrics.get_meter("peer").create_counter("calls").add(1)
for provider in (traces, get_logger_provider(), metrics):
    provider.force_flush()
    provider.shutdown()
otel_setup.tell("sent", trace=otel_setup.hex_trace(outer.get_span_context()), outer=otel_setup.hex_span(outer.get_span_context()),
                inner=otel_setup.hex_span(inner.get_span_context()), linked=otel_setup.hex_span(other.get_span_context()))
