"""What the snippets of docs/other-sdks.md must do, whatever their language."""

import json
import sqlite3
import time

from drive import places
from drive.processes import Process
from peers.journey import TOLERANCE, JourneyClaims

SNIPPETS = places.SOURCE_DIR / "tests" / "peers" / "snippets"
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
W3C = {"traceparent": f"00-{TRACE}-{SPAN}-01"}
SENTRY = {"sentry-trace": f"{TRACE}-{SPAN}-1"}


def fields_of(metadata):
    return dict(field.split("=") for field in metadata["waybill"].split(";"))


class SnippetClaims(JourneyClaims):
    """command(): a process that stamps what it is asked to."""

    def command(self):
        raise NotImplementedError

    def setUp(self):
        super().setUp()
        self.stamper = self.start(Process(self.command(), self.home, PYTHONPATH=str(SNIPPETS)))

    def stamped(self, metadata, queue="deployment", due_ms=0, attempt=1):
        self.stamper.say(json.dumps({"metadata": metadata, "queue": queue, "due_ms": due_ms, "attempt": attempt}))
        return self.stamper.message("stamped")["metadata"]

    def check_fields(self):
        now = time.time_ns() // 1_000_000
        for headers in (W3C, SENTRY, {**W3C, **SENTRY}):
            stamped = self.stamped({"organizationId": "org_acme", **headers}, due_ms=now + 1, attempt=2)
            fields = fields_of(stamped)
            self.assertLess(abs(int(fields.pop("s")) - now), 30_000)
            self.assertEqual({"p": SPAN, "q": "251b4cfe", "d": str(now + 1), "n": "2"}, fields)
            self.assertEqual({"organizationId": "org_acme", **headers}, {key: stamped[key] for key in stamped if key != "waybill"})
        self.assertNotIn("p", fields_of(self.stamped({})), "without a trace there is no span to name")
        self.assertEqual("7278b9a3", fields_of(self.stamped(W3C, queue="déploiements"))["q"])

    def wait_for(self, metadata, seconds):
        """Puts the metadata into the queue that much later, and what waybill shows of the wait."""
        worker = self.own_worker(PEER_METADATA_ALONE="1")
        time.sleep(seconds)
        connection = sqlite3.connect(self.queue, timeout=30)
        with connection:
            connection.execute("INSERT INTO waybill_queue (queue, payload, metadata) VALUES ('deployment', 'deploy', ?)",
                               (json.dumps(metadata),))
        connection.close()
        started = worker.message("started")
        worker.close()
        shown = self.collector.show(TRACE)
        self.assertEqual(1, len(shown["waits"]), shown)
        wait = shown["waits"][0]
        self.assertEqual((started["task_span_id"], "producer_stamp"), (wait["span_id"], wait["basis"]))
        return wait["duration_ns"], started

    def check_wait(self):
        metadata = self.stamped(W3C)
        waited, started = self.wait_for(metadata, 0.3)
        sent = int(fields_of(metadata)["s"]) * 1_000_000
        self.assertGreaterEqual(waited, started["before"] - sent - TOLERANCE)
        self.assertLessEqual(waited, started["entered"] - sent + TOLERANCE)

    def check_scheduled(self):
        due = time.time_ns() // 1_000_000 + 200
        waited, started = self.wait_for(self.stamped(W3C, due_ms=due), 0.6)
        self.assertLessEqual(waited, started["entered"] - due * 1_000_000 + TOLERANCE)
        self.assertGreaterEqual(waited, started["before"] - due * 1_000_000 - TOLERANCE)
