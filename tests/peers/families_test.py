"""B3, Jaeger, X-Ray and Datadog: real propagators read what waybill writes, and waybill what they write."""

import json
import random
import subprocess

from drive import places
from drive.processes import Process, plain_environment
from drive.runner import main
from journey import OTHER_PEERS, OWN_PEERS, JourneyClaims

FAMILIES = ("b3", "b3multi", "jaeger", "xray", "datadog")

# (family, decision) → what the SDK for Python makes of it where that is not what was meant. None: it follows nothing.
DIFFERS = {
    ("b3", "open"): True,         # no decision in the one header is taken for "keep" …
    ("b3multi", "open"): False,   # … and in the several for "drop"
    ("jaeger", "open"): False,    # the header has no word for it
    ("xray", "open"): None,       # "Sampled=?" is taken for no header at all
}


class Families(JourneyClaims):
    def setUp(self):
        super().setUp()
        self.trace = f"{random.getrandbits(128) | 1 << 127:032x}"
        self.span = f"{random.getrandbits(64) | 1:016x}"
        self.peer = self.start(Process([places.python_peer(), "-B", OTHER_PEERS / "family_peer.py"], self.home))

    def own(self, *words):
        done = subprocess.run([OWN_PEERS / "peer-families", *words], env=plain_environment(self.home), capture_output=True,
                              check=True, timeout=30)
        return json.loads(done.stdout)

    def sdk(self, family, sampled=True, read=None):
        asked = {"family": family, "trace_id": self.trace, "span_id": self.span, "sampled": sampled, "read": read or {}}
        self.peer.say(json.dumps(asked))
        return self.peer.message("answer")

    def own_headers(self, family, decision):
        headers = self.own("write", family, self.trace, self.span, decision)["headers"]
        if family == "xray":  # Python's propagator looks the header up under this name only, as HTTP servers hand it over
            headers = {"X-Amzn-Trace-Id": headers["x-amzn-trace-id"]}
        return headers

    def test_the_sdk_reads_ours(self):
        """What waybill writes is followed by the SDK, with the decision where it has one for it."""
        for family in FAMILIES:
            for decision, meant in (("kept", True), ("dropped", False), ("open", None)):
                with self.subTest(family=family, decision=decision):
                    read = self.sdk(family, read=self.own_headers(family, decision))["read"]
                    expected = DIFFERS.get((family, decision), meant)
                    if (family, decision) in DIFFERS and expected is None:
                        self.assertIsNone(read)
                        continue
                    self.assertEqual({"trace_id": self.trace, "span_id": self.span, "sampled": expected}, read)

    def test_we_read_the_sdk(self):
        """What the SDK writes is followed by waybill."""
        for family in FAMILIES:
            for sampled in (True, False):
                with self.subTest(family=family, sampled=sampled):
                    wrote = self.sdk(family, sampled)["wrote"]
                    self.assertTrue(wrote)
                    read = self.own("read", family, *(word for pair in wrote.items() for word in pair))
                    self.assertTrue(read["found"], wrote)
                    self.assertEqual((self.trace, self.span, sampled), (read["trace_id"], read["span_id"], read["sampled"]))
                    # Python's propagator for Jaeger marks all that is sampled as debug: what it says is what is read.
                    self.assertEqual(family == "jaeger" and sampled, read["debug"], wrote)

    def test_where_we_differ(self):
        """What the SDK for Python refuses and waybill reads, and the other way round, is as the papers say."""
        upper = f"{self.trace}-{self.span}-1".upper()
        for family, headers, ours, theirs in (
                ("jaeger", {"uber-trace-id": f"{self.trace}%3A{self.span}%3A0%3A1"}, True, False),  # percent-encoded
                ("b3", {"b3": upper}, True, True),  # upper case
                ("xray", {"x-amzn-trace-id": f"Root=1-{self.trace[:8]}-{self.trace[8:]};Parent={self.span};Sampled=1"},
                 True, False),  # the name in lower case
                ("xray", {"X-Amzn-Trace-Id": f"Root=1-{self.trace[:8]}-{self.trace[8:]};Parent={self.span};Sampled=?"},
                 True, False)):
            with self.subTest(family=family, headers=headers):
                words = (word for pair in headers.items() for word in pair)
                self.assertEqual(ours, self.own("read", family, *words)["found"])
                self.assertEqual(theirs, self.sdk(family, read=headers)["read"] is not None)


if __name__ == "__main__":
    main()
