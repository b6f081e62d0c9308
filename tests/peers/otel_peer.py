"""OpenTelemetry's Python SDK as either end of a queue. It does what it is told in lines of JSON:

    {"do":"produce","case":…,"headers":{…}}    serves a request with these headers, sends a message in it, tells its metadata
    {"do":"continue","case":…,"metadata":{…}}  works on a message, and says in its span what it has read of it

Everything else is in OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL and OTEL_PROPAGATORS.
"""

import json
import os
import sys

import otel_setup
from opentelemetry import baggage, context, propagate, trace

provider, tracer = otel_setup.start("otel-peer", os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"])


def produce(headers):
    token = context.attach(propagate.extract(headers, context.get_current()))
    for key, value in (("tenant", "Amélie"), ("greeting", "a b"), ("discount", "100%")):
        context.attach(baggage.set_baggage(key, value))
    metadata = {}
    with tracer.start_as_current_span("POST /api/deploy", kind=trace.SpanKind.SERVER):
        with tracer.start_as_current_span("send deployment", kind=trace.SpanKind.PRODUCER):
            propagate.inject(metadata)
    context.detach(token)
    otel_setup.tell("produced", metadata=metadata)


def work_on(case, metadata):
    sender = propagate.extract(metadata, context.get_current())
    with tracer.start_as_current_span("process deployment", context=sender, kind=trace.SpanKind.CONSUMER) as span:
        own = span.get_span_context()
        span.set_attributes({"peer.case": case, "peer.flags": f"{own.trace_flags:02x}",
                             "peer.baggage": json.dumps(dict(baggage.get_all(sender)))})
    otel_setup.tell("continued")


otel_setup.tell("ready", version=provider.resource.attributes["telemetry.sdk.version"])
for line in sys.stdin:
    asked = json.loads(line)
    if asked["do"] == "produce":
        produce(asked["headers"])
    else:
        work_on(asked["case"], asked["metadata"])
provider.shutdown()
