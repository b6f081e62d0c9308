"""@sentry/node and waybill: what one writes the other reads."""

from drive import places
from drive.runner import main
from journey import OTHER_PEERS
from sentry_headers import SentryClaims


class SentryNode(SentryClaims):
    environment = {"PEER_PACKAGES": str(places.PEERS / "node")}

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


if __name__ == "__main__":
    main()
