"""What is tried with every Sentry SDK, in both directions: its spans go to waybill serve by its DSN."""

import random
import urllib.parse

import matrix
from drive.processes import Process
from exchange import FROM_WAYBILL, TO_WAYBILL, ExchangeClaims, Peer, compare_baggage, sender_of
from journey import OWN_PEERS

# What the head of somebody's trace has decided; all of it is frozen.
HEAD = {"sentry-public_key": "frontend", "sentry-release": "shop@1.2.3", "sentry-environment": "Zürich 100 %",
        "sentry-transaction": "POST /api/déploy, 100 %", "sentry-sample_rate": "0.25"}
DECIDED = {"sampled": {"sentry-sampled": "true", "sentry-sample_rand": "0.1"},
           "not_sampled": {"sentry-sampled": "false", "sentry-sample_rand": "0.7"}}
RATES = {"sampled": "1", "not_sampled": "0", "deferred": "unset"}  # at which an SDK that heads a trace decides so


def incoming(decision):
    """The headers of a request from a browser that reports to Sentry, and what it has decided."""
    trace = f"{random.getrandbits(128):032x}"
    head = {**HEAD, **DECIDED[decision], "sentry-trace_id": trace}
    baggage = ",".join(f"{key}={urllib.parse.quote(value, safe='')}" for key, value in head.items())
    flag = "1" if decision == "sampled" else "0"
    return {"sentry-trace": f"{trace}-{random.getrandbits(64):016x}-{flag}", "baggage": baggage}, head


class SentryExchange(ExchangeClaims):
    """command(rate): how to start the peer, which reports to the DSN in PEER_DSN. forms: what it can send, and the
    environment that makes it do so."""

    forms = {}

    def command(self, rate):
        raise NotImplementedError

    def sentry(self, rate, environment):
        dsn = self.collector.url.replace("://", "://key@") + "/1"
        return self.start(Peer(self.command(rate), self.home, PEER_DSN=dsn, **environment))

    def check_exchange(self):
        peers = {form: {rate: self.sentry(rate, environment) for rate in RATES.values()}
                 for form, environment in self.forms.items()}
        sent, head = {}, {}
        for form, by_rate in peers.items():
            for peer in by_rate.values():
                version = peer.message("ready")["version"]
            for decision, rate in RATES.items():
                name = f"{TO_WAYBILL}, {form}, {decision}"
                sent[name] = by_rate[rate].produce(name, {})
                self.waybill_works_on(name, sent[name]["metadata"])
            for decision in DECIDED:
                name = f"{FROM_WAYBILL}, {form}, {decision}"
                headers, head[name] = incoming(decision)
                sent[name] = self.waybill_sends(headers)
                by_rate["1"].work_on(name, sent[name])
            by_rate["0"].work_on(f"{FROM_WAYBILL}, {form}, sampled at rate 0", sent[f"{FROM_WAYBILL}, {form}, sampled"])
            alone = f"{FROM_WAYBILL}, {form}, traceparent alone"
            sent[alone] = {"traceparent": sent[f"{FROM_WAYBILL}, {form}, sampled"]["traceparent"]}
            by_rate["1"].work_on(alone, sent[alone])
            deferred = self.undecided()
            for rate in "01":
                by_rate[rate].work_on(f"{FROM_WAYBILL}, {form}, deferred at rate {rate}", deferred)
        consumers = self.settle(*(peer for by_rate in peers.values() for peer in by_rate.values()))
        for form in self.forms:
            for row in (self.row_to_waybill(form, sent, consumers), self.row_from_waybill(form, sent, head, consumers)):
                matrix.record({"peer": self.peer, "version": version, "protocol": form, "tracestate": "–", **row})
                with self.subTest(row["direction"], form=form):
                    self.assertEqual(("yes", "yes"), (row["continued"], row["sampled"]))

    def undecided(self):
        """Metadata of a sender of ours that leaves the decision open."""
        own = self.start(Process([OWN_PEERS / "peer-headers"], self.home))
        written = own.message("deferred")["metadata"]
        own.close()
        return written

    def row_to_waybill(self, form, sent, consumers):
        way = f"{TO_WAYBILL}, {form}, "
        span, produced = consumers.get(way + "sampled"), sent[way + "sampled"]
        open_span, left_open = consumers.get(way + "deferred"), sent[way + "deferred"]
        continued = self.is_continued(span, (produced["trace_id"], produced["span_id"]))
        sampled = (span is not None and way + "not_sampled" not in consumers and open_span is not None
                   and open_span["trace_id"] == left_open["trace_id"])
        baggage, notes = compare_baggage({f"sentry-{key}": value for key, value in produced["baggage"].items()}, span)
        if sampled and self.is_orphan(open_span):
            notes.append("undecided, it names a sender that is no span")
        return {"direction": TO_WAYBILL, "continued": "yes" if continued else "broken",
                "sampled": "yes" if sampled else "no", "baggage": baggage, "notes": notes}

    def row_from_waybill(self, form, sent, head, consumers):
        way = f"{FROM_WAYBILL}, {form}, "
        span, metadata = consumers.get(way + "sampled"), sent[way + "sampled"]
        continued = self.is_continued(span, sender_of(metadata))
        alone = consumers.pop(way + "traceparent alone")
        recorded = {case for case in consumers if case.startswith(way)}
        sampled = recorded == {way + case for case in ("sampled", "sampled at rate 0", "deferred at rate 1")}
        baggage, notes = compare_baggage(head[way + "sampled"], span)
        if alone["trace_id"] != sender_of(metadata)[0]:
            notes.append("does not read `traceparent`: waybill writes `sentry-trace` beside it")
        return {"direction": FROM_WAYBILL, "continued": "yes" if continued else "broken",
                "sampled": "yes" if sampled else "no", "baggage": baggage, "notes": notes}
