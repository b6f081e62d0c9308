"""A web service with the OpenTelemetry SDK: POST /api/deploy and /api/report put a row into waybill's SQLite queue.

    otel_web.py QUEUE_FILE COLLECTOR

PEER_OWN_STAMPS=1: the row's times are this process's own, not the database's.
"""

import http.server
import json
import os
import sqlite3
import sys
import threading
import time

import otel_setup
from opentelemetry import baggage, context, propagate, trace

queue_file, collector = sys.argv[1:]
provider, tracer = otel_setup.start("otel-web", collector)


def insert(payload, metadata):
    columns = {"queue": "deployment", "payload": payload, "metadata": json.dumps(metadata)}
    if os.environ.get("PEER_OWN_STAMPS"):
        columns |= {"created_ns": time.time_ns(), "available_ns": time.time_ns()}
    connection = sqlite3.connect(queue_file, timeout=30, isolation_level=None)
    try:
        names, places = ", ".join(columns), ", ".join("?" * len(columns))
        row = connection.execute(f"INSERT INTO waybill_queue ({names}) VALUES ({places})", tuple(columns.values()))
        return str(row.lastrowid)
    finally:
        connection.close()


def enqueue(payload):
    attributes = {"messaging.system": "sqlite", "messaging.operation.name": "send", "messaging.operation.type": "send",
                  "messaging.destination.name": "deployment"}
    before = otel_setup.true_now()
    with tracer.start_as_current_span("send deployment", kind=trace.SpanKind.PRODUCER, attributes=attributes) as span:
        metadata = {"organizationId": "org_acme"}
        propagate.inject(metadata)
        span.set_attribute("messaging.message.id", insert(payload, metadata))
        return {"producer_span_id": otel_setup.hex_span(span.get_span_context()), "before": before,
                "after": otel_setup.true_now(), "metadata": metadata}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        attributes = {"http.request.method": "POST", "url.path": self.path, "http.route": self.path}
        context.attach(baggage.set_baggage("tenant", "Amélie"))
        with tracer.start_as_current_span(f"POST {self.path}", kind=trace.SpanKind.SERVER, attributes=attributes) as span:
            told = enqueue(f"busy {body}" if self.path == "/api/report" else "deploy")
            own = span.get_span_context()
            told |= {"trace_id": otel_setup.hex_trace(own), "server_span_id": otel_setup.hex_span(own)}
        answer = json.dumps(told).encode()
        self.send_response(202)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
otel_setup.tell("ready", port=server.server_port)
otel_setup.wait_for_driver()
provider.shutdown()
