"""A worker with one slot and the OpenTelemetry SDK, on waybill's SQLite queue: a CONSUMER span a message, as the
messaging conventions name it, child of the sender's.

    otel_worker.py QUEUE_FILE COLLECTOR
"""

import json
import select
import sqlite3
import sys
import time

import otel_setup
from opentelemetry import baggage, context, propagate, trace

queue_file, collector = sys.argv[1:]
provider, tracer = otel_setup.start("otel-worker", collector)
connection = sqlite3.connect(queue_file, timeout=30, isolation_level=None)


def take():
    """The message that has been available longest, invisible to others for half a minute."""
    now = otel_setup.true_now()
    connection.execute("BEGIN IMMEDIATE")
    row = connection.execute("SELECT id, payload, metadata FROM waybill_queue WHERE queue = 'deployment' AND visible_ns <= ?"
                             " ORDER BY visible_ns, id LIMIT 1", (now,)).fetchone()
    if row:
        connection.execute("UPDATE waybill_queue SET attempts = attempts + 1, worker = 'otel-worker', visible_ns = ?"
                           " WHERE id = ?", (now + 30_000_000_000, row[0]))
    connection.execute("COMMIT")
    return row


def work(identifier, payload, metadata):
    before = otel_setup.true_now()
    sender = propagate.extract(metadata)
    attributes = {"messaging.system": "sqlite", "messaging.operation.name": "process",
                  "messaging.operation.type": "process", "messaging.destination.name": "deployment",
                  "messaging.message.id": str(identifier)}
    token = context.attach(sender)
    with tracer.start_as_current_span("process deployment", kind=trace.SpanKind.CONSUMER, attributes=attributes) as span:
        entered = otel_setup.true_now()
        if payload.startswith("busy "):
            otel_setup.tell("busy")
            time.sleep(float(payload[5:]))
        else:
            sent_by = trace.get_current_span(sender).get_span_context()
            otel_setup.tell("started", before=before, entered=entered, task_span_id=otel_setup.hex_span(span.get_span_context()),
                            trace_id=otel_setup.hex_trace(sent_by), span_id=otel_setup.hex_span(sent_by),
                            sampled=sent_by.trace_flags.sampled, baggage=dict(baggage.get_all(sender)))
            with tracer.start_as_current_span("k8s.apply: deployment"):
                time.sleep(0.02)
    context.detach(token)


otel_setup.tell("ready")
while not select.select([sys.stdin], [], [], 0.005)[0]:
    if row := take():
        identifier, payload, metadata = row
        work(identifier, payload if isinstance(payload, str) else payload.decode(), json.loads(metadata))
        connection.execute("DELETE FROM waybill_queue WHERE id = ?", (identifier,))
provider.shutdown()
