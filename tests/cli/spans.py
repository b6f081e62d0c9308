"""Spans and events as OTLP JSON, with the fields that matter, and a plain client that sends them."""

import json
import random
import time
import urllib.error
import urllib.request

from drive.processes import PATIENCE

SECOND = 1_000_000_000


def new_id(size):
    return f"{random.getrandbits(8 * size) | 1:0{2 * size}x}"


def span(name, trace, start, end, *, parent=None, identifier=None, kind=1, service="web", **attributes):
    """Times are seconds before now. An attribute's dots are written as double underscores."""
    now = time.time_ns()
    told = {"traceId": trace, "spanId": identifier or new_id(8), "name": name, "kind": kind,
            "startTimeUnixNano": str(now - int(start * SECOND)), "endTimeUnixNano": str(now - int(end * SECOND)),
            "attributes": [{"key": key.replace("__", "."), "value": {"stringValue": value}}
                           for key, value in attributes.items()]}
    if parent:
        told["parentSpanId"] = parent
    return service, told


def traces(*spans):
    return {"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]},
                               "scopeSpans": [{"scope": {"name": "test"}, "spans": [told]}]} for service, told in spans]}


def queued_trace(trace=None):
    """A request, its message over Kafka, the worker that took it 3 s later, and what the worker did: a wait of 3 s."""
    trace, root, sender, worker = trace or new_id(16), new_id(8), new_id(8), new_id(8)
    kafka = {"messaging__system": "kafka", "messaging__destination__name": "deployment"}
    return traces(
        span("POST /api/deploy", trace, 5, 4.9, identifier=root, kind=2),
        span("send deployment", trace, 4.97, 4.95, parent=root, identifier=sender, kind=4,
             messaging__operation__type="send", **kafka),
        span("process deployment", trace, 1.95, 1, parent=sender, identifier=worker, kind=5, service="worker",
             messaging__operation__type="process", **kafka),
        span("k8s.apply: deployment", trace, 1.9, 1.2, parent=worker, service="worker"))


def event(trace, name):
    return {"resourceLogs": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "web"}}]},
                              "scopeLogs": [{"logRecords": [{
                                  "timeUnixNano": str(time.time_ns()), "severityNumber": 9, "traceId": trace,
                                  "eventName": name, "body": {"stringValue": "something happened"}}]}]}]}


def send(url, path="/v1/traces", body=None, method="POST", **headers):
    """Status, headers and body of the answer. A body that is not bytes goes as JSON. A header's dashes are underscores."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Content-Type": "application/json"} | {key.replace("_", "-"): value for key, value in headers.items()}
    request = urllib.request.Request(url + path, data, named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers, refused.read()
