"""What both OpenTelemetry peers do first: the line to the test, the clock they believe in, the SDK and its exporter."""

import json
import os
import sys
import time

_true_now = lambda: time.clock_gettime_ns(time.CLOCK_REALTIME)  # noqa: E731; kept from before the clock is put wrong
_error = int(float(os.environ.get("PEER_CLOCK_OFFSET", "0")) * 1e9)
if _error:  # before the SDK takes hold of these names
    time.time_ns = lambda: _true_now() + _error
    time.time = lambda: (_true_now() + _error) / 1e9

from opentelemetry import trace  # noqa: E402
from opentelemetry.sdk.resources import Resource  # noqa: E402
from opentelemetry.sdk.trace import TracerProvider  # noqa: E402
from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: E402


def true_now():
    """This host's real clock, which the test measures with."""
    return _true_now()


def tell(event, **facts):
    print(json.dumps({"event": event, **facts}, separators=(",", ":")), flush=True)


def wait_for_driver():
    """Until the test closes this process's standard input, or is gone."""
    sys.stdin.read()


def exporter(collector):
    if os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        return OTLPSpanExporter(endpoint=collector)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    return OTLPSpanExporter(endpoint=collector + "/v1/traces")


def start(service, collector):
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(exporter(collector)))
    trace.set_tracer_provider(provider)
    return provider, trace.get_tracer("waybill.tests.peers")


def hex_trace(context):
    return trace.format_trace_id(context.trace_id)


def hex_span(context):
    return trace.format_span_id(context.span_id)
