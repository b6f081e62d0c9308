"""What is tried with every OpenTelemetry SDK, in both directions and with each of its exporters."""

import random

from exchange import FROM_WAYBILL, SPEAK_GRPC, TO_WAYBILL, ExchangeClaims, Peer, baggage_of, compare_baggage, sender_of
import matrix

TRACESTATE = "vendor=opaque,rojo=00f067aa0ba902b7"
BAGGAGE = {"tenant": "Amélie", "greeting": "a b", "discount": "100%"}  # what the peers set themselves, too
BAGGAGE_TEXT = "tenant=Am%C3%A9lie,greeting=a%20b,discount=100%25"
FLAGS = {"sampled": "03", "not_sampled": "02"}

# What is legal and rare: tracestate, baggage.
EDGES = {"key of level 2": ("foo@=1,bar=2", "plus=1+2,empty=,kept=1;property=x"),
         "repeated key": ("foo=1,foo=2", "plus=1")}
# What to say of an SDK whose span then has this tracestate, or that reads such baggage.
TRACESTATE_NOTES = {("key of level 2", ""): "drops a whole tracestate for a key of level 2 (`foo@=1`)",
                    ("key of level 2", "bar=2"): "drops a tracestate member whose key is of level 2 (`foo@=1`)",
                    ("repeated key", ""): "drops a whole tracestate for a repeated key"}
BAGGAGE_NOTES = (("plus", "1 2", "reads `+` in baggage as a space"),
                 ("empty", None, "drops a baggage member without a value (`empty=`)"),
                 ("kept", "1;property=x", "takes a baggage member's property for its value"),
                 ("kept", None, "drops a baggage member that has a property"))


def incoming(flags):
    """The headers of a request that somebody else's trace comes in with."""
    return {"traceparent": f"00-{random.getrandbits(128):032x}-{random.getrandbits(64):016x}-{flags}",
            "tracestate": TRACESTATE}


class OtelExchange(ExchangeClaims):
    """command(): how to start the peer. Which exporter it takes it reads from OTEL_EXPORTER_OTLP_PROTOCOL, as SDKs do."""

    protocols = ()
    environment = {}

    def command(self):
        raise NotImplementedError

    def otel(self, protocol, **environment):
        endpoint = f"http://{self.collector.grpc_address}" if protocol == "grpc" else self.collector.url
        return self.start(Peer(self.command(), self.home, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint,
                               OTEL_EXPORTER_OTLP_PROTOCOL=protocol, **self.environment, **environment))

    def exchange(self, **environment):
        """Rows of all protocols; environment is the peer's."""
        protocols = [protocol for protocol in self.protocols if protocol != "grpc" or SPEAK_GRPC]
        for protocol in set(self.protocols) - set(protocols):
            for direction in (TO_WAYBILL, FROM_WAYBILL):
                matrix.record({"peer": self.peer, "direction": direction, "protocol": protocol, "tried": False})
        peers = {protocol: self.otel(protocol, **environment) for protocol in protocols}
        sent = {}
        for protocol, peer in peers.items():
            version = peer.message("ready")["version"]
            for case, flags in FLAGS.items():
                name = f"{TO_WAYBILL}, {protocol}, {case}"
                sent[name] = peer.produce(name, incoming(flags))["metadata"]
                self.waybill_works_on(name, sent[name])
            for case in (*FLAGS, *EDGES):
                name = f"{FROM_WAYBILL}, {protocol}, {case}"
                tracestate, baggage = EDGES.get(case, (TRACESTATE, BAGGAGE_TEXT))
                headers = {**incoming(FLAGS.get(case, "03")), "tracestate": tracestate, "baggage": baggage}
                sent[name] = self.waybill_sends(headers)
                self.assertEqual((headers["tracestate"], headers["baggage"]),
                                 (sent[name]["tracestate"], sent[name]["baggage"]), "our part of the way")
                peer.work_on(name, sent[name])
        consumers = self.settle(*peers.values())
        return [self.row(direction, protocol, version, sent, consumers)
                for protocol in protocols for direction in (TO_WAYBILL, FROM_WAYBILL)]

    def row(self, direction, protocol, version, sent, consumers):
        """Judged by the consumers' spans alone; the senders' metadata says what they should be."""
        way = f"{direction}, {protocol}, "
        span = consumers.get(way + "sampled")
        metadata = sent[way + "sampled"]
        continued = "traceparent" in metadata and self.is_continued(span, sender_of(metadata))
        decided = span is not None and way + "not_sampled" not in consumers
        baggage, notes = compare_baggage(BAGGAGE, span)
        flags = span["attributes"]["peer.flags"] if span else None
        if continued and flags != FLAGS["sampled"]:
            notes.append(f"flags `-03` become `-{flags}`: the random bit is lost")
        if continued and direction == FROM_WAYBILL:
            notes += edge_notes({case: consumers[way + case] for case in EDGES})
        return {"peer": self.peer, "version": version, "direction": direction, "protocol": protocol,
                "continued": "yes" if continued else "broken", "sampled": "yes" if decided else "no", "baggage": baggage,
                "tracestate": "yes" if span and span["tracestate"] == TRACESTATE else "no", "notes": notes}

    def check_exchange(self):
        for row in self.exchange():
            matrix.record(row)
            with self.subTest(row["direction"], protocol=row["protocol"]):
                self.assertEqual(("yes", "yes"), (row["continued"], row["sampled"]))


def edge_notes(spans):
    notes = [note for (case, text), note in TRACESTATE_NOTES.items() if spans[case]["tracestate"] == text]
    read = baggage_of(spans["key of level 2"])
    return notes + [note for key, value, note in BAGGAGE_NOTES if read.get(key) == value]
