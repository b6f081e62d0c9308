"""Python's sentry_sdk as either end of a queue, and asked about itself; what it does and is told: otel_peer.py.

    sentry_peer.py RATE|unset

It reports to PEER_DSN. Without one nothing leaves this host: the transport drops, and any connection is told of at the end.
PEER_LIFECYCLE is its trace_lifecycle.
"""

import json
import os
import sys

connections = []
sys.addaudithook(lambda event, facts: connections.append(repr(facts[1:])) if event == "socket.connect" else None)

import sentry_sdk  # noqa: E402
from sentry_sdk import traces  # noqa: E402
from sentry_sdk.tracing import SENTRY_TRACE_HEADER_NAME  # noqa: E402
from sentry_sdk.tracing_utils import Baggage  # noqa: E402


class Dropping(sentry_sdk.transport.Transport):
    def capture_envelope(self, envelope):
        pass


rate = sys.argv[1]
dsn = os.environ.get("PEER_DSN")
lifecycle = os.environ.get("PEER_LIFECYCLE", "static")
sentry_sdk.init(dsn=dsn or "http://key@127.0.0.1:9/1", release="shop@1.2.3", environment="production, Zürich 100 %",
                traces_sample_rate=None if rate == "unset" else float(rate), transport=None if dsn else Dropping,
                trace_lifecycle=lifecycle)


def tell(event, **facts):
    print(json.dumps({"event": event, **facts}, separators=(",", ":")), flush=True)


def metadata():
    return {SENTRY_TRACE_HEADER_NAME: sentry_sdk.get_traceparent(), "baggage": sentry_sdk.get_baggage()}


def produce():
    if rate == "unset":  # tracing without performance: the scope's own ids travel
        with sentry_sdk.isolation_scope() as scope:
            own = scope.get_active_propagation_context()
            return {"metadata": metadata(), "trace_id": own.trace_id, "span_id": own.span_id, "sampled": None,
                    "baggage": dict(own.get_baggage().sentry_items)}
    if lifecycle == "stream":
        with traces.start_span("POST /api/déploy", attributes={"sentry.op": "http.server"}) as span:
            return {"metadata": metadata(), "trace_id": span.trace_id, "span_id": span.span_id, "sampled": span.sampled,
                    "baggage": Baggage.from_incoming_header(sentry_sdk.get_baggage()).sentry_items}
    with sentry_sdk.start_transaction(name="POST /api/déploy", op="http.server", source="route") as transaction:
        return {"metadata": metadata(), "trace_id": transaction.trace_id, "span_id": transaction.span_id,
                "sampled": transaction.sampled, "baggage": dict(transaction.get_baggage().sentry_items)}


def told(name, baggage):
    """What the task says in its span."""
    items = {f"sentry-{key}": value for key, value in baggage.sentry_items.items()}
    return {"peer.case": name, "peer.baggage": json.dumps(items)}


def follow_streaming(name, headers):
    with sentry_sdk.isolation_scope():
        traces.continue_trace(headers)
        with traces.start_span("process deployment", attributes={"sentry.op": "queue.process"}) as span:
            span.set_attributes(told(name, Baggage.from_incoming_header(sentry_sdk.get_baggage())))
            return {"trace_id": span.trace_id, "task_sampled": span.sampled}


def follow(name, headers):
    transaction = sentry_sdk.continue_trace(headers, op="queue.process", name="process deployment")
    came = sentry_sdk.get_isolation_scope()._propagation_context
    with sentry_sdk.start_transaction(transaction):
        for key, value in told(name, transaction.get_baggage()).items():
            transaction.set_data(key, value)
        return {"trace_id": transaction.trace_id, "span_id": came.parent_span_id,
                "parent_span_id": transaction.parent_span_id, "sampled": transaction.parent_sampled,
                "task_sampled": transaction.sampled, "baggage": dict(transaction.get_baggage().sentry_items)}


tell("ready", version=sentry_sdk.VERSION)
for line in sys.stdin:
    asked = json.loads(line)
    if asked["do"] == "produce":
        tell("produced", **produce())
    else:
        tell("continued", **(follow_streaming if lifecycle == "stream" else follow)(asked["case"], asked["metadata"]))
sentry_sdk.flush()
tell("end", connections=connections)
