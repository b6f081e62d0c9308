"""Messages that go between waybill and an SDK over a plain map of metadata, and what became of their traces: told by the
consumer's own export, and written down as rows of the matrix in docs/compatibility.md."""

import json
import os
import sqlite3
import urllib.request

import matrix
from drive import places
from drive.collector import Collector
from drive.processes import PATIENCE, Process
from drive.runner import Claims
from journey import OWN_PEERS, post

SPEAK_GRPC = os.environ.get("PEERS_SPEAK_GRPC") == "1"  # this build's waybill serve does
GRPC_OPTIONS = ("--grpc", "127.0.0.1:0") if SPEAK_GRPC else ()
TO_WAYBILL = "to waybill"
FROM_WAYBILL = "from waybill"


class Peer(Process):
    """An SDK behind a line: {"do":"produce",…} and {"do":"continue",…} in, what it did out; its spans go to the collector."""

    def produce(self, case, headers):
        """What it says of a message that it sends while it serves a request with these headers: its metadata at least."""
        self.say(json.dumps({"do": "produce", "case": case, "headers": headers}))
        return self.message("produced")

    def work_on(self, case, metadata):
        self.say(json.dumps({"do": "continue", "case": case, "metadata": metadata}))
        return self.message("continued")


class ExchangeClaims(Claims):
    """peer: its name in the matrix; every row of it is made by one run of one class."""

    peer = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        matrix.forget(cls.peer)

    def setUp(self):
        super().setUp()
        self.collector = self.start(Collector(self.home, *GRPC_OPTIONS))
        # Two queues, so that our worker does not take what our web service means for the peer.
        self.sent, self.received = self.home / "sent.db", self.home / "received.db"
        self.web = self.start(Process([OWN_PEERS / "peer-web", self.sent, self.collector.url], self.home))
        self.worker = self.start(Process([OWN_PEERS / "peer-worker", self.received, self.collector.url], self.home))
        self.web_port = self.web.message("ready")["port"]
        self.worker.message("ready")

    def waybill_sends(self, headers):
        """The metadata of a message that our web service enqueues while it serves a request with these headers."""
        post(self.web_port, "/api/deploy", "0", headers)
        with sqlite3.connect(self.sent, timeout=PATIENCE) as queue:
            (metadata,) = queue.execute("SELECT metadata FROM waybill_queue").fetchone()
            queue.execute("DELETE FROM waybill_queue")
        queue.close()
        return json.loads(metadata)

    def waybill_works_on(self, case, metadata):
        with sqlite3.connect(self.received, timeout=PATIENCE) as queue:
            queue.execute("INSERT INTO waybill_queue (queue, payload, metadata) VALUES ('deployment', ?, ?)",
                          (case, json.dumps(metadata)))
        queue.close()
        self.worker.message("started")

    def settle(self, *peers):
        """Ends all that may still hold spans; then what the collector has of every case's consumer, by the case's name."""
        for process in (*peers, self.web, self.worker):
            process.close()
        consumers = {}
        for trace in self.fetch("/api/traces?limit=1000")["traces"]:
            for span in spans_of(self.fetch(f"/api/traces/{trace}")):
                case = span["attributes"].get("peer.case")
                if case is not None:
                    self.assertNotIn(case, consumers, "worked on once, exported twice")
                    consumers[case] = span
        return consumers

    def fetch(self, path):
        with urllib.request.urlopen(self.collector.url + path, timeout=PATIENCE) as answer:
            return json.load(answer)

    def is_continued(self, span, sender):
        """Whether a consumer's span hangs below the sender that the metadata names. If so, the sender's span is there, too."""
        if span is None or (span["trace_id"], span["parent_span_id"]) != sender:
            return False
        shown = self.collector.show(span["trace_id"])
        rows = {row["span_id"]: row for row in shown["rows"] if row["kind"] == "span"}
        self.assertEqual(span["parent_span_id"], rows[span["span_id"]]["parent_span_id"])
        self.assertNotIn(span["span_id"], [problem["span_id"] for problem in shown["problems"]])
        self.assertIn(span["parent_span_id"], rows, "the sender's span has not arrived")
        return True

    def is_orphan(self, span):
        """Whether its sender has sent no span."""
        shown = self.collector.show(span["trace_id"])
        return ("orphan", span["span_id"]) in [(problem["kind"], problem["span_id"]) for problem in shown["problems"]]


def spans_of(otlp):
    for resource in otlp.get("resourceSpans", ()):
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                yield {"trace_id": span["traceId"], "span_id": span["spanId"], "parent_span_id": span.get("parentSpanId"),
                       "tracestate": span.get("traceState", ""),
                       "attributes": {one["key"]: next(iter(one["value"].values()), None)
                                      for one in span.get("attributes", ())}}


def sender_of(metadata):
    """Trace and span that a message's traceparent names."""
    _, trace, span, _ = metadata["traceparent"].split("-")
    return trace, span


def baggage_of(span):
    """As the consumer has read it."""
    return json.loads(span["attributes"]["peer.baggage"]) if span else {}


def compare_baggage(sent, span):
    """The cell, and a note for each member that came otherwise."""
    came = baggage_of(span)
    notes = []
    for key, value in sent.items():
        if key not in came or came[key] == value:
            continue
        if came[key] == value.replace(" ", "+"):
            notes.append("writes a space in baggage as `+`, which stands for itself")
        else:
            notes.append(f"baggage `{key}`: `{value}` becomes `{came[key]}`")
    kept = sum(came.get(key) == value for key, value in sent.items())
    return ("yes" if kept == len(sent) else "in part" if kept else "no"), notes
