"""Python's sentry_sdk and waybill: what one writes the other reads."""

from drive import places
from drive.runner import main
from journey import OTHER_PEERS
from sentry_exchange import SentryExchange
from sentry_headers import SentryClaims


class SentryPython(SentryClaims):
    def command(self, rate):
        return [places.python_peer(), "-B", OTHER_PEERS / "sentry_peer.py", rate]

    def test_sampled(self):
        """A sampled transaction's headers reach our worker: ids, decision and baggage are the SDK's own."""
        self.check_worker_reads("1", True)

    def test_not_sampled(self):
        """So do those of an unsampled one."""
        self.check_worker_reads("0", False)

    def test_deferred(self):
        """So do those of a process without a rate, which leaves the decision open."""
        self.check_worker_reads("unset", None)

    def test_continue_trace(self):
        """Our metadata reaches continue_trace: ids, decision and baggage are ours."""
        self.check_sdk_reads()


class SentryPythonExchange(SentryExchange):
    peer = "Sentry Python"
    forms = {"transactions": {}, "spans": {"PEER_LIFECYCLE": "stream"}}

    def command(self, rate):
        return [places.python_peer(), "-B", OTHER_PEERS / "sentry_peer.py", rate]

    def test_both_ways(self):
        """Metadata goes both ways, and both consumers' exports have the trace, its decision and Sentry's baggage."""
        self.check_exchange()


if __name__ == "__main__":
    main()
