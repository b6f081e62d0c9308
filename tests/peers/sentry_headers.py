"""What every Sentry SDK has to agree on with waybill, in both directions."""

import json
import sqlite3

from drive.processes import Process
from exchange import Peer
from journey import OWN_PEERS, JourneyClaims


class SentryClaims(JourneyClaims):
    """command(rate): how to start the peer; environment: what it needs to find its packages."""

    environment = {}

    def command(self, rate):
        raise NotImplementedError

    def sentry(self, rate):
        process = self.start(Peer(self.command(rate), self.home, **self.environment))
        process.message("ready")
        return process

    def check_nothing_left(self, process):
        process.close()
        self.assertEqual([], process.message("end")["connections"], "the SDK connected to something")

    def check_worker_reads(self, rate, sampled):
        """Sends the SDK's metadata to our worker, and compares what the two say of one context."""
        sdk = self.sentry(rate)
        produced = sdk.produce("", {})
        self.check_nothing_left(sdk)
        self.assertEqual(sampled, produced["sampled"])

        worker = self.own_worker()
        connection = sqlite3.connect(self.queue, timeout=30)
        with connection:
            connection.execute("INSERT INTO waybill_queue (queue, payload, metadata) VALUES ('deployment', 'deploy', ?)",
                               (json.dumps(produced["metadata"]),))
        connection.close()
        started = worker.message("started")
        worker.close()
        self.assertEqual("sentry", started["source"])
        self.assertEqual(produced["trace_id"], started["trace_id"])
        if produced["span_id"]:
            self.assertEqual(produced["span_id"], started["span_id"])
        self.assertEqual(sampled, started["sampled"])
        came = dict(started["baggage"])
        if sampled is None:  # decided in our process, which says so
            self.assertEqual("1", came.pop("sentry-sample_rate"))
            self.assertLess(float(came.pop("sentry-sample_rand")), 1)
        self.assertEqual({"sentry-" + key: value for key, value in produced["baggage"].items() if value is not None}, came)

        spans = [row for row in self.collector.show(produced["trace_id"])["rows"] if row["kind"] == "span"]
        if sampled is False:
            self.assertEqual([], spans)
        else:
            task = next(row for row in spans if row["span_id"] == started["task_span_id"])
            self.assertEqual(started["span_id"], task["parent_span_id"])

    def check_sdk_reads(self):
        """Gives our metadata, as it is for each decision, to the SDK."""
        own = self.start(Process([OWN_PEERS / "peer-headers"], self.home))
        sdk = self.sentry("1")
        for decision, sampled in (("sampled", True), ("not_sampled", False), ("deferred", None)):
            with self.subTest(decision):
                written = own.message(decision)
                read = sdk.work_on(decision, written["metadata"])
                self.assertEqual(written["trace_id"], read["trace_id"])
                self.assertEqual(written["span_id"], read["span_id"])
                self.assertEqual(sampled, read["sampled"])
                if read["task_sampled"]:
                    self.assertEqual(written["span_id"], read["parent_span_id"])
                self.assertEqual(sampled is not False, read["task_sampled"], "undecided is the reader's to decide")
                ours = {key[7:]: value for key, value in written["baggage"].items() if key.startswith("sentry-")}
                self.assertIn("POST /api/déploy, 100 %", ours.values())
                self.assertEqual(ours, {key: read["baggage"].get(key) for key in ours})
        own.close()
        self.check_nothing_left(sdk)
