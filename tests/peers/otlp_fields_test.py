"""OTLP in and out, field by field: what the descriptors of opentelemetry-proto know goes through waybill and comes out again."""

import unittest
import urllib.request

from drive import places
from drive.collector import Collector, waybill
from drive.processes import Process
from drive.runner import Claims, main
from exchange import GRPC_OPTIONS, SPEAK_GRPC

PEER = places.SOURCE_DIR / "tests" / "peers" / "otlp_fields_peer.py"
KEPT = places.SOURCE_DIR / "tests" / "data" / "otlp"
NOT_KEPT = {
    # Both are places in a table of texts that only profiles carry. The specification: elsewhere they count as not set.
    "opentelemetry.proto.common.v1.KeyValue.key_strindex",
    "opentelemetry.proto.common.v1.AnyValue.string_value_strindex",
}


class OtlpFields(Claims):
    def peer(self, *arguments):
        process = self.start(Process([places.python_peer(), "-B", PEER, *arguments], self.home))
        told = process.message(arguments[0])
        process.close()
        return told

    def check(self, collector, trace):
        with urllib.request.urlopen(f"{collector.url}/api/traces/{trace}") as answer:
            path = self.home / "came.json"
            path.write_bytes(answer.read())
        self.assertEqual(sorted(NOT_KEPT), self.peer("compare", path)["differing"])
        return path

    def check_protocol(self, protocol):
        collector = self.start(Collector(self.home, *GRPC_OPTIONS))
        address = collector.grpc_address if protocol == "grpc" else collector.url
        trace = self.peer("send", protocol, address)["trace"]
        came = self.check(collector, trace)
        self.check_export(trace, "--from", collector.url)
        self.assertEqual(0, collector.interrupt())
        self.check_export(trace, "--store", collector.store)
        self.check_export(trace, "--from", came)

    def check_export(self, trace, *source):
        """What is exported is a store by itself: it is served, and still has everything."""
        with self.subTest(export=source):
            folder = self.home / f"exported {source[0]} {len(str(source[1]))}"
            folder.mkdir()
            waybill(self.home, "export", trace, *source, "--output", folder / "000001.waybill")
            collector = self.start(Collector(self.home, store=folder))
            self.check(collector, trace)
            self.assertEqual(0, collector.interrupt())

    def test_protobuf(self):
        """Over HTTP as protobuf, nothing that spans and their log records can hold is lost, in the store or on export."""
        self.check_protocol("http/protobuf")

    def test_json(self):
        """Nor over HTTP as JSON."""
        self.check_protocol("http/json")

    @unittest.skipUnless(SPEAK_GRPC, "this build has no gRPC")
    def test_grpc(self):
        """Nor over gRPC."""
        self.check_protocol("grpc")

    def test_protobufs_own_json(self):
        """Nor out of a file with protobuf's own JSON of it, which is not OTLP's: base64 for ids, names for enums."""
        answer = self.home / "answer.json"
        self.check_export(self.peer("answer", answer)["trace"], "--from", answer)

    def test_kept_bodies(self):
        """The bodies that the tests of our own encoders read are still the ones that the descriptors ask for."""
        self.peer("write", self.home)
        for signal in ("traces", "logs"):
            name = f"every-field-{signal}.pb"
            self.assertEqual((self.home / name).read_bytes(), (KEPT / name).read_bytes(),
                             f"written anew by {PEER.name} write {KEPT}")


if __name__ == "__main__":
    main()
