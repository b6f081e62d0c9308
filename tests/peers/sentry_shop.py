"""A shop that Python's sentry_sdk watches with default settings: a web service and a worker.

    sentry_shop.py DSN

A line "order" sends a message and tells its metadata; a line of JSON {metadata} is a message that is worked on.
"""

import json
import sys

import sentry_sdk

sentry_sdk.init(dsn=sys.argv[1], traces_sample_rate=1.0)
QUEUE = {"messaging.system": "kafka", "messaging.destination.name": "orders", "messaging.message.id": "m1"}


def tell(event, **facts):
    print(json.dumps({"event": event, **facts}, separators=(",", ":")), flush=True)


def order():
    with sentry_sdk.start_transaction(name="POST /orders", op="http.server", source="route"):
        with sentry_sdk.start_span(op="queue.publish", name="orders") as span:
            for key, value in QUEUE.items():
                span.set_data(key, value)
            return {"metadata": {"sentry-trace": sentry_sdk.get_traceparent(), "baggage": sentry_sdk.get_baggage()},
                    "trace_id": span.trace_id, "span_id": span.span_id}


def work(metadata):
    transaction = sentry_sdk.continue_trace(metadata, op="queue.process", name="orders", source="task")
    with sentry_sdk.start_transaction(transaction):
        for key, value in QUEUE.items():
            transaction.set_data(key, value)
        return {"trace_id": transaction.trace_id, "span_id": transaction.span_id}


tell("ready")
for line in sys.stdin:
    told = order() if line == "order\n" else work(json.loads(line))
    sentry_sdk.flush()
    tell("done", **told)
