"""Relay's normaliser, Sentry's own front door, on what our web service and worker send to Sentry."""

import copy
import json
import subprocess

from drive.processes import PATIENCE, plain_environment
from drive.runner import main
from journey import OTHER_PEERS
from sentry_journey import SentryJourney, SentrySink, relay_peer


class Relay(SentryJourney):
    def setUp(self):
        super().setUp()
        self.python = relay_peer()
        self.sink = self.start(SentrySink())
        self.sent, self.started, _ = self.run_journey(self.sink.dsn(1), self.sink.dsn(2))

    def judge(self, payloads):
        done = subprocess.run([self.python, "-B", OTHER_PEERS / "relay_judge.py"], text=True, capture_output=True,
                              input="".join(json.dumps(one) + "\n" for one in payloads), timeout=PATIENCE,
                              env=plain_environment(self.home))
        self.assertEqual(0, done.returncode, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def of_journey(self):
        return [payload for _, payload in self.sink.transactions()
                if payload["contexts"]["trace"]["trace_id"] == self.sent["trace_id"]]

    def test_accepts(self):
        """It accepts every transaction as it is, and finds nothing to complain of."""
        payloads = [payload for _, payload in self.sink.transactions()]
        self.assertEqual(["POST /api/deploy", "POST /api/report", "queued deployment", "queued deployment",
                          "task:deployment/deploy", "task:report/monthly"],
                         sorted(payload["transaction"] for payload in payloads))
        for payload, verdict in zip(payloads, self.judge(payloads), strict=True):
            with self.subTest(payload["transaction"]):
                self.assertEqual((True, []), (verdict["accepted"], verdict["notes"]))
                kept = verdict["event"]
                for key in ("event_id", "transaction", "transaction_info", "release", "environment", "sdk"):
                    self.assertEqual(payload[key], kept[key])
                for key in ("trace_id", "span_id", "op", "status", "origin", "data"):
                    self.assertEqual(payload["contexts"]["trace"][key], kept["contexts"]["trace"][key])
                self.assertEqual(len(payload["spans"]), len(kept["spans"]))
                for ours, theirs in zip(payload["spans"], kept["spans"]):
                    for key in ("trace_id", "span_id", "parent_span_id", "status", "data"):
                        self.assertEqual(ours.get(key), theirs.get(key))
                    self.assertEqual(ours.get("op", "default"), theirs["op"])

    def test_queues_page(self):
        """What Sentry's Queues page counts is there once each for the message, with all that it reads."""
        spans = [span for payload in self.of_journey() for span in payload["spans"]]
        counted = {op: [span for span in spans if span.get("op") == op] for op in ("queue.publish", "queue.process")}
        self.assertEqual((1, 1), tuple(map(len, counted.values())), spans)
        published, processed = counted["queue.publish"][0]["data"], counted["queue.process"][0]["data"]
        for key in ("messaging.message.id", "messaging.destination.name", "messaging.system"):
            self.assertEqual(published[key], processed[key])
        self.assertEqual(0, processed["messaging.message.retry.count"])
        waited = (self.started["entered"] - self.sent["before"]) / 1e6
        self.assertTrue(0 < processed["messaging.message.receive.latency"] <= waited + 50, processed)
        self.assertEqual("ok", counted["queue.process"][0]["status"])

    def test_rejects(self):
        """It rejects the same transactions when they are broken on purpose, so its yes means something."""
        def without(*path):
            def change(payload):
                for key in path[:-1]:
                    payload = payload[key]
                del payload[path[-1]]
            return change

        whole = next(one for one in self.of_journey() if one["transaction"] == "POST /api/deploy")
        breaks = {
            "no start": without("start_timestamp"),
            "ends before it starts": lambda payload: payload.update(timestamp=payload["start_timestamp"] - 1),
            "no trace": without("contexts", "trace"),
            "no span id": without("contexts", "trace", "span_id"),
            "a span id of zeros": lambda payload: payload["contexts"]["trace"].update(span_id="0" * 16),
            "a child without a trace": without("spans", 0, "trace_id"),
            "a child without an id": without("spans", 0, "span_id"),
            "a child without a start": without("spans", 0, "start_timestamp"),
        }
        payloads = []
        for change in breaks.values():
            payload = copy.deepcopy(whole)
            change(payload)
            payloads.append(payload)
        accepted = [why for why, verdict in zip(breaks, self.judge(payloads), strict=True) if verdict["accepted"]]
        self.assertEqual([], accepted)


if __name__ == "__main__":
    main()
