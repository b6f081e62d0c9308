"""The Node OpenTelemetry SDK on one side of a queue, waybill on the other."""

from drive import places
from drive.runner import main
from journey import OTHER_PEERS
from otel_exchange import OtelExchange


class OtelNode(OtelExchange):
    peer = "OpenTelemetry Node"
    protocols = ("http/protobuf", "http/json", "grpc")
    environment = {"PEER_PACKAGES": str(places.PEERS / "node")}

    def command(self):
        return [places.node_peer(), OTHER_PEERS / "otel_peer.mjs"]

    def test_both_ways(self):
        """Metadata goes both ways, and both consumers' exports have the trace, its decision, tracestate and baggage."""
        self.check_exchange()


if __name__ == "__main__":
    main()
