"""Propagators of real SDKs: answers each line of JSON {family, trace_id, span_id, sampled, read} with one.

"wrote": what the SDK writes for these ids; "read": what it finds in the headers of "read", null when it follows nothing.
"""

import json
import os
import sys

os.environ.update(DD_TRACE_PROPAGATION_STYLE="datadog", DD_INSTRUMENTATION_TELEMETRY_ENABLED="false", DD_TRACE_ENABLED="false",
                  DD_REMOTE_CONFIGURATION_ENABLED="false")


def otel(propagator, asked):
    from opentelemetry import trace
    from opentelemetry.context import Context

    ids = trace.SpanContext(int(asked["trace_id"], 16), int(asked["span_id"], 16), False, trace.TraceFlags(int(asked["sampled"])))
    wrote = {}
    propagator.inject(wrote, trace.set_span_in_context(trace.NonRecordingSpan(ids), Context()))
    found = trace.get_current_span(propagator.extract(asked["read"], Context())).get_span_context()
    if not found.is_valid:
        return {"wrote": wrote, "read": None}
    return {"wrote": wrote, "read": {"trace_id": f"{found.trace_id:032x}", "span_id": f"{found.span_id:016x}",
                                     "sampled": bool(found.trace_flags & 1)}}


def datadog(asked):
    from ddtrace.propagation.http import HTTPPropagator
    from ddtrace.trace import Context

    wrote = {}
    HTTPPropagator.inject(Context(int(asked["trace_id"], 16), int(asked["span_id"], 16), sampling_priority=int(asked["sampled"])),
                          wrote)
    found = HTTPPropagator.extract(asked["read"])
    if not found.trace_id:
        return {"wrote": wrote, "read": None}
    return {"wrote": wrote, "read": {
        "trace_id": f"{found.trace_id:032x}", "span_id": f"{found.span_id:016x}",
        "sampled": None if found.sampling_priority is None else found.sampling_priority > 0}}


def answer(asked):
    family = asked["family"]
    if family == "datadog":
        return datadog(asked)
    if family == "jaeger":
        from opentelemetry.propagators.jaeger import JaegerPropagator
        return otel(JaegerPropagator(), asked)
    if family == "xray":
        from opentelemetry.propagators.aws import AwsXRayPropagator
        return otel(AwsXRayPropagator(), asked)
    from opentelemetry.propagators.b3 import B3MultiFormat, B3SingleFormat
    return otel(B3SingleFormat() if family == "b3" else B3MultiFormat(), asked)


for line in sys.stdin:
    print(json.dumps({"event": "answer", **answer(json.loads(line))}, separators=(",", ":")), flush=True)
