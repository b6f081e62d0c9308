"""One message's way: a web service enqueues it, the worker's one slot is busy, then works on it; and what waybill shows."""

import http.client
import json
import random

from drive import places
from drive.collector import Collector
from drive.processes import PATIENCE, Process
from drive.runner import Claims

TOLERANCE = 50_000_000  # ns between waybill's figure and the test's own clock
OWN_PEERS = places.BINARY_DIR / "tests" / "peers"
OTHER_PEERS = places.SOURCE_DIR / "tests" / "peers"


class JourneyClaims(Claims):
    collector_options = ()

    def setUp(self):
        super().setUp()
        self.collector = self.start(Collector(self.home, *self.collector_options))
        self.exported_to = self.collector.url
        self.queue = self.home / "queue.db"

    def peer(self, *command, **environment):
        """A peer that is ready, and what it said of itself then."""
        process = self.start(Process([*command, self.queue, self.exported_to], self.home, **environment))
        return process, process.message("ready")

    def own_worker(self, *, clock_offset=0, **environment):
        command = [OWN_PEERS / "peer-worker", self.queue, self.exported_to, clock_offset]
        process = self.start(Process(command if clock_offset else command[:-1], self.home, **environment))
        process.message("ready")
        return process

    def own_web(self):
        return self.peer(OWN_PEERS / "peer-web")

    def otel_worker(self, **environment):
        return self.peer(places.python_peer(), "-B", OTHER_PEERS / "otel_worker.py", **environment)[0]

    def otel_web(self, **environment):
        return self.peer(places.python_peer(), "-B", OTHER_PEERS / "otel_web.py", **environment)

    def travel(self, web, worker, busy=None, delay_ms=0):
        """What the web service said of the sending, what the worker said of the start, and what waybill shows of it."""
        process, ready = web
        post(ready["port"], "/api/report", str(busy or random.uniform(1, 4)))
        worker.message("busy")
        sent = post(ready["port"], "/api/deploy", str(delay_ms))
        started = worker.message("started")
        process.close()
        worker.close()  # both have sent all they had
        return sent, started, self.collector.show(sent["trace_id"])

    def check_story(self, shown, sent, started):
        """One trace with one root and no orphan, in which the task hangs below the span that sent it."""
        self.assertEqual(sent["trace_id"], shown["trace_id"])
        spans = {row["span_id"]: row for row in shown["rows"] if row["kind"] == "span"}
        roots = [row["span_id"] for row in spans.values() if row["parent_span_id"] is None]
        self.assertEqual([sent["server_span_id"]], roots)
        for row in spans.values():
            self.assertIn(row["parent_span_id"], {None, *spans}, f"{row['name']} is an orphan")
        self.assertEqual([], shown["problems"])
        self.assertEqual(sent["server_span_id"], spans[sent["producer_span_id"]]["parent_span_id"])
        self.assertEqual(sent["producer_span_id"], spans[started["task_span_id"]]["parent_span_id"])
        traces = [trace["trace_id"] for trace in self.collector.list()]
        self.assertEqual(2, len(traces), "the deploy is one trace, the report that was in its way the other")
        self.assertIn(sent["trace_id"], traces)

    def wait_of(self, shown, sent, started):
        """The one wait of the trace: it belongs to the task and to the span that sent it."""
        self.assertEqual(1, len(shown["waits"]), shown["waits"])
        wait = shown["waits"][0]
        self.assertEqual(started["task_span_id"], wait["span_id"])
        self.assertEqual(sent["producer_span_id"], wait["producer_span_id"])
        self.assertEqual(1, wait["attempt"])
        return wait

    def check_figure(self, wait, sent, started, delay_ms=0):
        """The figure lies where the processes themselves saw the message leave and the handler begin."""
        self.assertIsNotNone(wait["duration_ns"], wait)
        figure = wait["duration_ns"] + delay_ms * 1_000_000
        self.assertGreaterEqual(figure, started["before"] - sent["after"] - TOLERANCE, wait)
        self.assertLessEqual(figure, started["entered"] - sent["before"] + TOLERANCE, wait)


def post(port, path, body="", headers={}):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 202, f"POST {path}: {answer.status} {text}"
        return json.loads(text)
    finally:
        connection.close()
