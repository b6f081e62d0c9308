"""The peer "Python: OpenTelemetry": the same operations as waybill-operations, with what the SDK for Python has for them.

    peer.py                     its name and version, then the operations, a line each
    peer.py OPERATION TIMES     does it so many times: nanoseconds; it cannot count what Python allocates

Its carrier is a dict. Its spans go to a processor that keeps the last 512, which the last operation also encodes.
"""
import importlib.metadata
import sys
import time

from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

FOREIGN = {"organizationId": "org_1", "userId": "user_1", "requestId": "req_1", "priority": "high", "region": "eu-1"}
ONE = FOREIGN | {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
THREE = ONE | {
    "tracestate": "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,acme=abc123x",
    "baggage": "userId=alice,serverNode=DF%2028,isProduction=false",
}
both = CompositePropagator([TraceContextTextMapPropagator(), W3CBaggagePropagator()])


def extract(headers):
    def run(times):
        root = Context()
        return lambda: [both.extract(headers, root) for _ in range(times)]

    return run


def inject(carrier_of):
    def run(times):
        context = both.extract(THREE, Context())
        return lambda: [both.inject(carrier_of(), context) for _ in range(times)]

    return run


class Kept(SpanProcessor):
    def __init__(self, encoded):
        self.spans, self.encoded = [], encoded

    def on_end(self, span):
        self.spans.append(span)
        if len(self.spans) < 512:
            return
        if self.encoded:
            encode_spans(self.spans).SerializeToString()
        self.spans.clear()


def span(attributes, encoded=False):
    def run(times):
        provider = TracerProvider()
        provider.add_span_processor(Kept(encoded))
        tracer = provider.get_tracer("bench")

        def once(i):
            with tracer.start_as_current_span("db.query") as one:
                if not attributes:
                    return
                one.set_attributes({
                    "db.system.name": "postgresql", "db.operation.name": "SELECT", "server.address": "10.0.0.1",
                    "server.port": 5432, "rows": 17, "bytes": i, "cached": False, "ratio": 0.25})  # fmt: skip

        return lambda: [once(i) for i in range(times)]

    return run


AGAIN = dict(FOREIGN)
OPERATIONS = {
    "extract 3 headers, std::map": extract(THREE),
    "extract traceparent alone, std::map": extract(ONE),
    "extract where there is none, std::map": extract(FOREIGN),
    "inject 3 headers, fresh std::map": inject(dict),
    "inject 3 headers again, std::map": inject(lambda: AGAIN),
    "span, no attributes": span(False),
    "span, 8 attributes": span(True),
    "span, 8 attributes, up to the encoded OTLP request": span(True, True),
}

if len(sys.argv) != 3:
    print("OpenTelemetry for Python", importlib.metadata.version("opentelemetry-sdk"))
    print("\n".join(OPERATIONS))
    sys.exit(0)
ready = OPERATIONS[sys.argv[1]](int(sys.argv[2]))
began = time.process_time_ns()
ready()
print(time.process_time_ns() - began)
