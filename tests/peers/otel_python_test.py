"""The Python OpenTelemetry SDK on one side of the queue, waybill on the other."""

import random

import matrix
from drive import places
from drive.runner import main
from journey import OTHER_PEERS, JourneyClaims
from otel_exchange import OtelExchange


class OtelPython(JourneyClaims):
    def test_web_service(self):
        """A request served by the SDK and a task run by waybill are one trace; the wait between them is true."""
        worker = self.own_worker()  # makes the queue
        sent, started, shown = self.travel(self.otel_web(), worker)
        self.assertEqual((sent["trace_id"], sent["producer_span_id"], True),
                         (started["trace_id"], started["span_id"], started["sampled"]))
        self.assertEqual({"tenant": "Amélie"}, started["baggage"])
        self.check_story(shown, sent, started)
        wait = self.wait_of(shown, sent, started)
        self.check_figure(wait, sent, started)
        self.assertFalse(wait["exact"], "the SDK does not say which clock it reads")

    def test_worker(self):
        """A request served by waybill and a message worked on by the SDK are one trace; the wait between them is true."""
        web = self.own_web()  # makes the queue
        sent, started, shown = self.travel(web, self.otel_worker())
        self.assertEqual((sent["trace_id"], sent["producer_span_id"], True),
                         (started["trace_id"], started["span_id"], started["sampled"]))
        self.check_story(shown, sent, started)
        wait = self.wait_of(shown, sent, started)
        self.check_figure(wait, sent, started)
        self.assertFalse(wait["exact"], "the SDK does not say which clock it reads")

    def test_delayed_message(self):
        """A message that waybill sends for later and the SDK works on has waited only from then on."""
        web = self.own_web()
        sent, started, shown = self.travel(web, self.otel_worker(), busy=2, delay_ms=1000)
        wait = self.wait_of(shown, sent, started)
        self.check_figure(wait, sent, started, delay_ms=1000)
        self.assertEqual(["scheduled", "queued"], [part["kind"] for part in wait["parts"]])

    def test_web_clock_is_off(self):
        """A web service whose clock is 5 s off shows no exact wait, whoever stamps the message."""
        for stamps in ({}, {"PEER_OWN_STAMPS": "1"}):
            with self.subTest(**stamps):
                worker = self.own_worker()
                web = self.otel_web(PEER_CLOCK_OFFSET=str(random.choice([-5, 5])), **stamps)
                sent, started, shown = self.travel(web, worker, busy=0.5)
                self.assertFalse(self.wait_of(shown, sent, started)["exact"], shown["waits"])

    def test_worker_clock_is_off(self):
        """A worker whose clock is 5 s off shows no exact wait."""
        web = self.own_web()
        worker = self.otel_worker(PEER_CLOCK_OFFSET=str(random.choice([-5, 5])))
        sent, started, shown = self.travel(web, worker, busy=0.5)
        self.assertFalse(self.wait_of(shown, sent, started)["exact"], shown["waits"])


class OtelPythonExchange(OtelExchange):
    peer = "OpenTelemetry Python"
    protocols = ("http/protobuf", "grpc")

    def command(self):
        return [places.python_peer(), "-B", OTHER_PEERS / "otel_peer.py"]

    def test_both_ways(self):
        """Metadata goes both ways, and both consumers' exports have the trace, its decision, tracestate and baggage."""
        self.check_exchange()


class OtelPythonWithoutPropagators(OtelPythonExchange):
    peer = "OpenTelemetry Python, `OTEL_PROPAGATORS=none`"
    protocols = ("http/protobuf",)

    def test_both_ways(self):
        """Without propagators nothing is continued, and the matrix says so: it can tell the two from each other."""
        for row in self.exchange(OTEL_PROPAGATORS="none"):
            matrix.record(row)
            self.assertEqual(("broken", "no", "no", "no"),
                             tuple(row[cell] for cell in ("continued", "sampled", "baggage", "tracestate")))


if __name__ == "__main__":
    main()
