"""The Go OpenTelemetry SDK on one side of a queue, waybill on the other."""

from drive import places
from drive.runner import main
from otel_exchange import OtelExchange


class OtelGo(OtelExchange):
    peer = "OpenTelemetry Go"
    protocols = ("http/protobuf", "grpc")

    def command(self):
        return [places.go_peer("peer")]

    def test_both_ways(self):
        """Metadata goes both ways, and both consumers' exports have the trace, its decision, tracestate and baggage."""
        self.check_exchange()


if __name__ == "__main__":
    main(optional=True)
