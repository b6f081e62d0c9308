"""The Python OpenTelemetry SDK exports over gRPC."""

import json
import urllib.request

from drive import places
from drive.collector import Collector
from drive.processes import Process
from drive.runner import Claims, main


class OtelGrpc(Claims):
    def sent_by(self, collector, compression):
        peer = self.start(Process([places.python_peer(), "-B", places.SOURCE_DIR / "tests" / "peers" / "otel_grpc_peer.py",
                                   collector.grpc_address, compression], self.home))
        told = peer.message("sent")
        peer.close()
        self.assertEqual("", "".join(peer.rest_of_errors()), "the exporters had nothing to complain of")
        return told

    def check(self, collector, told):
        with urllib.request.urlopen(f"{collector.url}/api/traces/{told['trace']}") as answer:
            kept = json.load(answer)
        spans = {span["spanId"]: span for of in kept["resourceSpans"] for scope in of["scopeSpans"] for span in scope["spans"]}
        inner = spans[told["inner"]]
        self.assertEqual(told["outer"], inner["parentSpanId"])
        self.assertEqual(told["linked"], inner["links"][0]["spanId"])
        self.assertEqual("something", inner["events"][0]["name"])
        values = {one["key"]: one["value"] for one in inner["attributes"]}
        self.assertEqual({"stringValue": "Amélie"}, values["text"])
        self.assertEqual({"intValue": str(1 << 60)}, values["number"])
        logs = [log for of in kept["resourceLogs"] for scope in of["scopeLogs"] for log in scope["logRecords"]]
        self.assertEqual(["a line of the inner span"], [log["body"]["stringValue"] for log in logs])
        self.assertEqual(told["inner"], logs[0]["spanId"])

    def test_exporters(self):
        """Spans and log lines of the SDK's gRPC exporters are kept, plain and packed; metrics do not make it complain."""
        for compression in ("none", "gzip"):
            with self.subTest(compression=compression):
                collector = self.start(Collector(self.home, "--grpc", "127.0.0.1:0", store=self.home / compression))
                self.check(collector, self.sent_by(collector, compression))
                self.assertEqual(0, collector.interrupt())


if __name__ == "__main__":
    main()
