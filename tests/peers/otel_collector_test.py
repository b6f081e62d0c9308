"""A real OpenTelemetry Collector between waybill and waybill serve: it takes what waybill exports, and passes it on whole."""

import re
import unittest

from drive import places
from drive.processes import Process
from drive.runner import main
from exchange import GRPC_OPTIONS, SPEAK_GRPC
from journey import JourneyClaims

CONFIGURATION = """
receivers:
  otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
exporters:
  debug: {verbosity: detailed}
  EXPORTER: {endpoint: "ENDPOINT", tls: {insecure: true}, sending_queue: {enabled: false}}
service:
  telemetry: {logs: {output_paths: [stdout]}, metrics: {level: none}}
  pipelines:
    traces: {receivers: [otlp], exporters: [debug, EXPORTER]}
    logs: {receivers: [otlp], exporters: [debug, EXPORTER]}
"""


class OtelCollector(JourneyClaims):
    collector_options = GRPC_OPTIONS

    def between(self, exporter, endpoint):
        """A Collector that our processes export to from now on; it answers them once it has passed everything on."""
        file = self.home / "collector.yaml"
        file.write_text(CONFIGURATION.replace("EXPORTER", exporter).replace("ENDPOINT", endpoint))
        process = self.start(Process([places.go_peer("collector"), file], self.home))
        address = re.search('"endpoint": "([^"]+)"', process.line("Starting HTTP server"))[1]
        process.line("Everything is ready")
        self.exported_to = f"http://{address}"
        return process

    def check_way(self, otelcol):
        sent, started, shown = self.travel(self.own_web(), self.own_worker())
        otelcol.interrupt()
        spans = {span["Name"]: span for span in told_spans(otelcol.rest())}
        waiting = spans["queued deployment"]
        self.assertEqual((sent["trace_id"], sent["producer_span_id"]), (waiting["Trace ID"], waiting["Parent ID"]))
        self.assertEqual(started["task_span_id"], spans["task:deployment/deploy"]["ID"])
        self.check_story(shown, sent, started)
        wait = self.wait_of(shown, sent, started)
        self.check_figure(wait, sent, started)
        self.assertTrue(wait["exact"], wait)

    def test_over_http(self):
        """The Collector shows the wait as a span below the sender's, and waybill reads the same story from what it passes on."""
        self.check_way(self.between("otlp_http", self.collector.url))

    @unittest.skipUnless(SPEAK_GRPC, "this build has no gRPC")
    def test_over_grpc(self):
        """So does one that passes on over gRPC."""
        self.check_way(self.between("otlp_grpc", self.collector.grpc_address))


def told_spans(lines):
    """What the debug exporter prints of each span: its fields by their names."""
    spans = []
    for line in lines:
        if line.startswith("Span #"):
            spans.append({})
        elif (field := re.match(r"    (\w[\w ]*?) +: (.*)", line)) and spans:
            spans[-1].setdefault(field[1], field[2])
    return spans


if __name__ == "__main__":
    main(optional=True)
