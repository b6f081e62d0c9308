"""A real Jaeger in place of waybill serve: it takes what waybill exports, and waybill shows what it has."""

import re
import time
import unittest

from drive import places
from drive.collector import Collector
from drive.processes import PATIENCE, Process
from drive.runner import Claims, main
from journey import JourneyClaims

CONFIGURATION = """
service:
  extensions: [jaeger_storage, jaeger_query]
  pipelines: {traces: {receivers: [otlp], exporters: [jaeger_storage_exporter]}}
  telemetry: {logs: {output_paths: [stdout]}, metrics: {level: none}}
extensions:
  jaeger_storage: {backends: {kept: {memory: {max_traces: 1000}}}}
  jaeger_query:
    storage: {traces: kept}
    http: {endpoint: "127.0.0.1:0"}
    grpc: {endpoint: "127.0.0.1:0"}
receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}}
exporters: {jaeger_storage_exporter: {trace_storage: kept}}
"""


class Jaeger(Process):
    list = Collector.list

    def __init__(self, home):
        program = places.PEERS / "jaeger" / "jaeger"
        if not program.exists():
            raise unittest.SkipTest("there is no Jaeger; WAYBILL_TEST_JAEGER=1 ./dev test builds one where go is")
        self.home = home
        file = home / "jaeger.yaml"
        file.write_text(CONFIGURATION)
        super().__init__([program, "--config", file], home)
        self.url = "http://" + re.search('"http_addr": "([^"]+)"', self.line("Query server started"))[1]
        self.otlp = "http://" + re.search('"endpoint": "([^"]+)"', self.line('"otelcol.component.id": "otlp"'))[1]
        self.line("Everything is ready")

    def show(self, trace):
        """Once it has all of the trace: it answers exporters before it has stored what they sent."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                shown = Collector.show(self, trace)
                if shown["waits"] and not shown["problems"]:
                    return shown
            except AssertionError:  # none of it is there yet
                shown = None
            if time.monotonic() > until:
                return shown
            time.sleep(0.2)


class JaegerKeeps(JourneyClaims):
    def setUp(self):
        Claims.setUp(self)
        self.collector = self.start(Jaeger(self.home))
        self.exported_to = self.collector.otlp
        self.queue = self.home / "queue.db"

    def check(self, web, worker, exact):
        sent, started, shown = self.travel(web, worker)
        self.check_story(shown, sent, started)
        wait = self.wait_of(shown, sent, started)
        self.check_figure(wait, sent, started)
        self.assertEqual(exact, wait["exact"])
        self.assertTrue(any(row["start_unix_nano"] % 1000 for row in shown["rows"]), "its OTLP was read, not its microseconds")

    def test_waybill(self):
        """A trace of ours that Jaeger keeps is shown with its wait, as exact as if we had kept it."""
        self.check(self.own_web(), self.own_worker(), exact=True)

    def test_python_worker(self):
        """So is one in which the Python SDK does the work; its clock is not known."""
        self.check(self.own_web(), self.otel_worker(), exact=False)


if __name__ == "__main__":
    main(optional=True)
