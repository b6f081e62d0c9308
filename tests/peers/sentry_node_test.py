"""@sentry/node and waybill: what one writes the other reads."""

from drive import places
from drive.runner import main
from journey import OTHER_PEERS
from sentry_exchange import SentryExchange
from sentry_headers import SentryClaims

PACKAGES = {"PEER_PACKAGES": str(places.PEERS / "node")}


class SentryNode(SentryClaims):
    environment = PACKAGES

    def command(self, rate):
        return [places.node_peer(), OTHER_PEERS / "sentry_peer.mjs", rate]

    def test_sampled(self):
        """A sampled span's getTraceData() reaches our worker: ids, decision and baggage are the SDK's own."""
        self.check_worker_reads("1", True)

    def test_not_sampled(self):
        """So does that of an unsampled one."""
        self.check_worker_reads("0", False)

    def test_deferred(self):
        """So does that of a process without a rate, which leaves the decision open."""
        self.check_worker_reads("unset", None)

    def test_continue_trace(self):
        """Our metadata reaches Sentry.continueTrace: ids, decision and baggage are ours."""
        self.check_sdk_reads()


class SentryNodeExchange(SentryExchange):
    peer = "Sentry Node 11"
    forms = {"spans": PACKAGES, "transactions": {**PACKAGES, "PEER_LIFECYCLE": "static"}}

    def command(self, rate):
        return [places.node_peer(), OTHER_PEERS / "sentry_peer.mjs", rate]

    def test_both_ways(self):
        """Metadata goes both ways, and both consumers' exports have the trace, its decision and Sentry's baggage."""
        self.check_exchange()


class SentryNode10Exchange(SentryNodeExchange):
    peer = "Sentry Node 10"
    forms = {"transactions": {**PACKAGES, "PEER_SENTRY": "sentry-node-10"}}


if __name__ == "__main__":
    main()
