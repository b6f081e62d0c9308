"""What the program keeps, for how long, and what it hands on: limits, waits of queues, and one file to mail."""

import json
import time

import spans
from drive.collector import Collector, waybill
from drive.runner import Claims, main


class Keep(Claims):
    def keep(self, collector, body, path="/v1/traces"):
        status, _, answer = spans.send(collector.url, path, body)
        self.assertEqual(200, status, answer)

    def test_export_one(self):
        """A trace in a file of its own is explained as it is where it came from, wherever that was."""
        collector = self.start(Collector(self.home))
        trace = spans.new_id(16)
        self.keep(collector, spans.queued_trace(trace))
        told = collector.show(trace)
        for number, source in enumerate((["--from", collector.url], ["--store", collector.store])):
            file = self.home / f"mailed-{number}.waybill"
            waybill(self.home, "export", trace[:8], "--output", file, *source)
            self.assertEqual(told, json.loads(waybill(self.home, "show", "--from", file, "--json").stdout))
            self.assertLess(file.stat().st_size, 40_000)
        self.assertEqual([], list(self.home.glob("*.part*")) + list(self.home.glob("*-wal")))

    def test_export_since(self):
        """A stretch of time is exported whole, and listed as it was."""
        collector = self.start(Collector(self.home))
        for _ in range(30):
            self.keep(collector, spans.queued_trace())
        file = self.home / "hour.waybill"
        said = waybill(self.home, "export", "--since", "1h", "-o", file, "--from", collector.url).stdout
        self.assertIn("30 traces", said)
        names = lambda *source: sorted(json.loads(line)["trace_id"] for line in
                                       waybill(self.home, "list", "--limit", "100", "--json", *source).stdout.splitlines())
        self.assertEqual(names("--from", collector.url), names("--from", file))

    def test_export_refuses(self):
        """Nothing is overwritten, nothing half-written stays, and what is not there is said."""
        collector = self.start(Collector(self.home))
        self.keep(collector, spans.queued_trace())
        file = self.home / "there.waybill"
        file.write_text("mine")
        self.assertIn("is there already", waybill(self.home, "export", "-o", file, "--from", collector.url, code=2).stderr)
        self.assertEqual("mine", file.read_text())
        other = self.home / "other.waybill"
        for wrong, code in ((["ffff"], 1), ([spans.new_id(16)], 1), (["latest", "--since", "1h"], 2), (["--since", "soon"], 2)):
            said = waybill(self.home, "export", *wrong, "-o", other, "--from", collector.url, code=code).stderr
            self.assertEqual(1, said.count("\n"), said)
        waybill(self.home, "export", "-o", self.home / "no" / "folder.waybill", "--from", collector.url, code=1)
        self.assertEqual(["there.waybill"], [path.name for path in self.home.glob("*.waybill*")])

    def test_waits(self):
        """The waits that tasks tell of themselves, from a server and from a store alike."""
        collector = self.start(Collector(self.home))
        for milliseconds in range(1, 101):
            service, told = spans.span("process", spans.new_id(16), 2, 1, kind=5, messaging__destination__name="mails")
            told["attributes"].append({"key": "messaging.message.receive.latency", "value": {"doubleValue": milliseconds}})
            self.keep(collector, spans.traces((service, told)))
        self.keep(collector, spans.queued_trace())
        mails = {"queue": "mails", "tasks": 100, "unknown": 0, "negative": 0, "p50_ns": 50_000_000, "p90_ns": 90_000_000,
                 "p99_ns": 99_000_000, "longest_ns": 100_000_000}
        for source in (["--from", collector.url], ["--store", collector.store]):
            queues = json.loads(waybill(self.home, "waits", "--json", *source).stdout)["queues"]
            self.assertEqual(mails, queues[0])
            self.assertEqual(("deployment", 1, 1, None), tuple(queues[1][key] for key in ("queue", "tasks", "unknown", "p50_ns")))
            shown = waybill(self.home, "waits", *source).stdout
            self.assertRegex(shown, r"mails +100 +0 +50 ms +90 ms +99 ms +100 ms\n")
        self.assertEqual([], json.loads(waybill(self.home, "waits", "--since", "1s", "--json", "--from",
                                                collector.url).stdout)["queues"][2:])

    def test_expired(self):
        """What the limits took is called expired: a trace that is gone, and the parent of a span that came later."""
        collector = self.start(Collector(self.home, "--keep", "2s"))
        gone, cut = spans.new_id(16), spans.new_id(16)
        self.keep(collector, spans.queued_trace(gone))
        service, sender = spans.span("send deployment", cut, 5, 4.9, kind=4)
        self.keep(collector, spans.traces((service, sender)))
        deadline = time.monotonic() + 60
        while waybill(self.home, "list", "--from", collector.url, "--json").stdout:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.5)
        for source in (["--from", collector.url], ["--store", collector.store]):
            said = waybill(self.home, "show", gone, *source, code=1).stderr
            self.assertIn("expired by retention (--keep 2s)", said)
        self.keep(collector, spans.traces(spans.span("process deployment", cut, 1, 0.5, parent=sender["spanId"], kind=5)))
        kinds = {problem["kind"] for problem in collector.show(cut)["problems"]}
        self.assertIn("expired", kinds)
        self.assertNotIn("orphan", kinds)
        self.assertIn("expired by retention", waybill(self.home, "show", cut, "--from", collector.url).stdout)
        said = waybill(self.home, "show", spans.new_id(16), "--from", collector.url, code=1).stderr
        self.assertIn("There is no trace", said)


if __name__ == "__main__":
    main()
