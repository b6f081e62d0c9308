"""waybill serve, sent what nobody should send: it answers, in bounded time and memory, and serves everybody else."""

import gzip
import http.client
import itertools
import json
import os
import random
import resource
import shutil
import socket
import subprocess
import threading
import time
import zlib

import spans
from drive import places
from drive.collector import Collector, waybill
from drive.processes import PATIENCE, plain_environment
from drive.runner import Claims, main

JSON = "application/json"
PROTOBUF = "application/x-protobuf"


def field(number, payload, wire_type=2):
    """A protobuf field: bytes with their length, or whatever stands for another wire type."""
    return varint(number << 3 | wire_type) + (varint(len(payload)) if wire_type == 2 else b"") + payload


def varint(number):
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def export(span):
    return field(1, field(2, field(2, span)))


IDS = field(1, b"t" * 16) + field(2, b"s" * 8)


def deep_protobuf(depth):
    value = field(1, b"x")
    for _ in range(depth):
        value = field(5, field(1, value))
    return export(IDS + field(9, field(1, b"k") + field(2, value)))


def deep_json(depth):
    value = '{"arrayValue":{"values":[' * depth + '{"stringValue":"x"}' + "]}}" * depth
    return ('{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"' + "1" * 32 + '","spanId":"' + "2" * 16
            + '","attributes":[{"key":"k","value":' + value + "}]}]}]}]}").encode()


def bomb(size):
    """gzip that unpacks to this many zeros, made without having them."""
    packer, zeros = zlib.compressobj(9, wbits=31), bytes(1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(size >> 20)) + packer.flush()


class Hostile(Claims):
    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else 65536, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.collector = self.start(Collector(self.home))
        self.address = self.collector.url.removeprefix("http://").split(":")

    def tearDown(self):
        self.assertTrue(self.collector.is_running())
        self.assert_served()
        super().tearDown()

    def connect(self):
        return self.enterContext(socket.create_connection(self.address, PATIENCE))

    def enterContext(self, manager):  # unittest has it from Python 3.11 on
        self.addCleanup(manager.__exit__, None, None, None)
        return manager.__enter__()

    def assert_served(self):
        """An ordinary request is answered meanwhile, and what it sends is kept."""
        trace = spans.new_id(16)
        self.assertEqual(200, spans.send(self.collector.url, body=spans.queued_trace(trace))[0])
        self.assertEqual(200, spans.send(self.collector.url, f"/api/traces/{trace}", method="GET")[0])

    def memory(self, what="VmHWM"):
        """MiB of the server; 0 with a sanitizer, which takes several times as much."""
        with open(f"/proc/{self.collector.pid}/maps") as maps:
            if "san.so" in maps.read():
                return 0
        with open(f"/proc/{self.collector.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith(what)) >> 10

    def cpu(self):
        """Seconds of the server so far."""
        with open(f"/proc/{self.collector.pid}/stat") as stat:
            return sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")

    def test_bodies(self):
        """Bodies that are deep, damaged or lying are answered with a sentence, or taken as far as they make sense."""
        span = {"traceId": "1" * 32, "spanId": "2" * 16}
        odd = {**span, "name": 5, "kind": "many", "startTimeUnixNano": [], "attributes": {"a": 1}, "events": None, "links": [1, {}],
               "status": "bad", "parentSpanId": {}}
        huge = {**span, "startTimeUnixNano": 10**400, "endTimeUnixNano": "1e400", "kind": 10**30, "flags": -1}
        good = json.dumps(spans.queued_trace()).encode()
        rows = (
            (400, JSON, b"[" * 1_000_000, "deep, never closed"),
            (400, JSON, b"[" * 500_000 + b"]" * 500_000, "no object"),
            (200, JSON, b'{"a":' * 1000 + b"1" + b"}" * 1000, "deep where nobody looks"),
            (200, JSON, deep_json(15), "deep values"),
            (200, JSON, deep_json(400), "deeper than they are read"),
            (None, JSON, deep_json(100_000), "far deeper"),
            (400, JSON, good[:-1], "cut off"),
            (400, JSON, good + b"}", "something behind it"),
            (400, JSON, b"\xef\xbb\xbf", "a byte order mark alone"),
            (200, JSON, b"{" + b"\n" * 2_000_000 + b"}", "two million empty lines"),
            (200, JSON, b"{}\n" * 500_000, "half a million documents"),
            (400, JSON, b"\0" * 1_000_000, "zeros"),
            (200, JSON, json.dumps(spans.traces(("w\ud800", odd), ("w", huge))).encode(), "fields of wrong types"),
            (200, JSON, good.replace(b"deployment", b"\xff\xc0\x80\xed\xa0\x80"), "no UTF-8"),
            (413, JSON, b'{"resourceSpans":[' + b",".join([b"{}"] * 300_000) + b"]}", "300,000 empty resources: sixteen times the memory of their bytes"),
            (400, PROTOBUF, b"\xff" * 1_000_000, "a number that never ends"),
            (400, PROTOBUF, field(1, b"x")[:-1] + b"", "cut off"),
            (400, PROTOBUF, b"\x0a\xff\xff\xff\xff\x0f", "a length of 4 GiB"),
            (400, PROTOBUF, b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "a length of 16 EiB"),
            (400, PROTOBUF, field(1, field(2, b"\x12\x7fshort")), "an inner length beyond the outer one"),
            (400, PROTOBUF, b"\x0b\x0c", "groups, which ended with proto2"),
            (200, PROTOBUF, export(field(1, varint(7), 0) + field(2, b"12345678", 1) + field(5, b"1234", 5)), "wrong wire types"),
            (200, PROTOBUF, export(IDS + field(7, b"text") + field(6, b"text") + field(9, varint(1), 0)), "text for numbers"),
            (200, PROTOBUF, export(IDS + field(5, b"\xff\xfe\xed\xa0\x80")), "a name that is no UTF-8"),
            (200, PROTOBUF, deep_protobuf(15), "deep values"),
            (200, PROTOBUF, deep_protobuf(5000), "deeper than they are read"),
            (200, PROTOBUF, export(IDS + field(9, b"") * 10_000), "10,000 empty attributes"),
            (413, PROTOBUF, export(IDS + field(9, b"") * 200_000), "200,000: sixteen times the memory of their bytes"),
            (413, PROTOBUF, field(1, field(2, field(2, b"") * 2_000_000)), "two million empty spans: more memory than is allowed"),
            (200, PROTOBUF, export(IDS + field(5, b"n" * 5_000_000)), "a name of 5 MB"),
        )
        for code, kind, body, why in rows:
            with self.subTest(why):
                before = self.cpu()
                status, _, answer = spans.send(self.collector.url, body=body, Content_Type=kind)
                self.assertIn(status, (200, 400) if code is None else (code,), answer[:300])
                self.assertTrue(status == 200 or len(answer) > 20, answer)
                self.assertLess(len(answer), 2000, "an answer does not grow with the body")
                self.assertLess(self.cpu() - before, 10)
        self.assertLess(self.memory(), 700)

    def test_gzip(self):
        """A bomb is refused once it is over the limit, and gzip that is cut off or lies at any place once that is seen."""
        before = self.memory()
        for size in (80 << 20, 1 << 30):
            packed = bomb(size)
            for body in (packed, packed + packed, gzip.compress(packed)):
                status, _, answer = spans.send(self.collector.url, body=body, Content_Encoding="gzip")
                self.assertIn(status, (413, 400), answer)
        self.assertLess(self.memory() - before, 300)
        packed = gzip.compress(json.dumps(spans.queued_trace()).encode())
        for body in (packed[:20], packed[:-1], packed[:-4] + b"\0\0\0\0", packed[:-8] + b"\0" * 8, packed + b"more", packed + packed[:9],
                     b"\x1f\x8b", b"", b"\x1f\x8b\x08\x04\0\0\0\0\0\0\xff\xff"):
            self.assertEqual(400, spans.send(self.collector.url, body=body, Content_Encoding="gzip")[0])
        self.assertEqual(200, spans.send(self.collector.url, body=gzip.compress(b"{") + gzip.compress(b"}"), Content_Encoding="gzip")[0])

    def test_heads(self):
        """Heads that are too long, or are no HTTP, are refused by number, or the connection is closed."""
        host = b"Host: localhost\r\n"
        members = b",".join(b"k%d=v" % n for n in range(100_000))
        for status, head, why in (
            (b"431", b"GET /health HTTP/1.1\r\n" + host + b"baggage: " + b"x" * 1_000_000 + b"\r\n\r\n", "a header of 1 MB"),
            (b"431", b"GET /health HTTP/1.1\r\n" + host + b"tracestate: " + members + b"\r\n\r\n", "100,000 members of tracestate"),
            (b"431", b"GET /health HTTP/1.1\r\n" + host + b"a: b\r\n" * 200_000 + b"\r\n", "200,000 headers"),
            (b"431", b"GET /" + b"x" * 1_000_000 + b" HTTP/1.1\r\n" + host + b"\r\n", "a path of 1 MB"),
            (b"400", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + bytes(500), "TLS"),
            (b"400", b"GET /health HTTP/9.9\r\n" + host + b"\r\n", "another version"),
            (b"400", b"GET /health\0 HTTP/1.1\r\n" + host + b"\r\n", "a zero in the path"),
            (b"400", b"GET /health HTTP/1.1\r\n" + host + b"a\xff b: c\r\n\r\n", "a name that is none"),
            (b"400", b"GET http://localhost/health HTTP/1.1\r\n" + host + b"\r\n", "a proxy's request"),
            (b"400", b"POST /v1/traces HTTP/1.1\r\n" + host + b"Content-Length: -1\r\n\r\n", "a negative length"),
            (b"400", b"POST /v1/traces HTTP/1.1\r\n" + host + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "two lengths"),
            (b"400", b"POST /v1/traces HTTP/1.1\r\n" + host + b"Content-Length: 99999999999999999999999\r\n\r\n", "no number has it"),
            (b"400", b"POST /v1/traces HTTP/1.1\r\n" + host + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "both"),
            (b"400", b"POST /v1/traces HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", "a huge chunk"),
            (b"400", b"POST /v1/traces HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "no size of a chunk"),
            (b"413", b"POST /v1/traces HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n", "a chunk of 64 GiB"),
        ):
            with self.subTest(why), socket.create_connection(self.address, PATIENCE) as client:
                try:
                    client.sendall(head)
                    answer = client.recv(4096)
                except ConnectionError:
                    answer = b""
                if answer:
                    self.assertEqual(status, answer.split(b" ")[1], answer)
        self.assertLess(self.memory(), 300)

    def test_lying_lengths(self):
        """Who announces more than comes keeps a connection for a while, and no memory; the others do not notice."""
        before = self.memory("VmRSS")
        for announced in (64 << 20, 1_000_000, 10) * 20:
            client = self.connect()
            client.sendall(b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                           b"Content-Length: %d\r\n\r\n{" % announced)
        self.assert_served()
        self.assertLess(self.memory("VmRSS") - before, 40)

    def test_slow_senders(self):
        """Fifty who send byte by byte, heads and bodies, keep nobody waiting."""
        heads = itertools.cycle((b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 1000,
                                 b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n" + b" " * 999,
                                 b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 200))
        senders = [(self.connect(), next(heads)) for _ in range(50)]
        done = threading.Event()

        def drip():
            for at in itertools.count():
                for client, text in senders:
                    client.send(text[at % len(text):][:1])
                if done.wait(0.01):
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            for _ in range(10):
                self.assert_served()
        finally:
            done.set()
            dripping.join()

    def test_idle_connections(self):
        """A thousand connections that say nothing cost a few kilobytes each, and others are served at once."""
        before = self.memory("VmRSS")
        idle = [self.connect() for _ in range(1000)]
        self.assert_served()
        self.assertLess(self.memory("VmRSS") - before, 40)
        for client in random.sample(idle, 20):
            client.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertIn(b" 200 ", client.recv(1000).split(b"\r\n")[0])

    def test_questions(self):
        """Whatever is asked of the reading side is answered with a number that fits and a sentence."""
        self.assert_served()
        for path, status in (("/api/traces?limit=99999999999999999999999", 400), ("/api/traces?limit=-1", 400), ("/api/traces?limit=", 400),
                             ("/api/traces?limit=1000000", 200), ("/api/traces?prefix=" + "f" * 10_000, 200), ("/api/traces?prefix=%00", 200),
                             ("/api/traces?" + "&" * 5000, 200), ("/api/traces/" + "f" * 10_000, 404), ("/api/traces/..%2f..%2fetc", 404),
                             ("/api/traces/zz", 404), ("/api/traces//", 404), ("/api/traces/%", 404), ("/api/tracesx", 404),
                             ("/../../etc/passwd", 404), ("//api/traces", 404)):
            with self.subTest(path[:60]):
                connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE)
                connection.request("GET", path)
                answer = connection.getresponse()
                self.assertEqual(status, answer.status)
                self.assertTrue(answer.read())
                connection.close()

    def test_damaged_store(self):
        """A store that was damaged on its way here is read as far as it goes, and otherwise said to be damaged, in one line."""
        for _ in range(5):
            self.assert_served()
        self.assertEqual(0, self.collector.interrupt())
        dice = random.Random(7)
        for how in ("bytes", "end", "nothing left") * 8:
            copy = self.home / "damaged"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.collector.store, copy)
            for file in (path for path in copy.rglob("*") if path.is_file() and path.stat().st_size > 0):
                content = bytearray(file.read_bytes())
                for _ in range(dice.choice((1, 20, 300))):
                    content[dice.randrange(len(content))] = dice.randrange(256)
                file.write_bytes({"bytes": content, "end": content[:dice.randrange(len(content))], "nothing left": b""}[how])
            for arguments in (["list"], ["show", "latest"]):
                done = subprocess.run([places.WAYBILL, *arguments, "--store", copy], capture_output=True, timeout=PATIENCE,
                                      env=plain_environment(self.home))
                self.assertIn(done.returncode, (0, 1, 2), done.stderr)
                self.assertLessEqual(done.stderr.count(b"\n"), 1, done.stderr)
        self.collector = self.start(Collector(self.home))  # the original is as it was

    def test_files(self):
        """A file from a stranger is shown, or refused in one line, in bounded time."""
        for name, body in (("deep", b"[" * 1_000_000), ("deep values", deep_json(400)), ("lines", b"{" + b"\n" * 2_000_000 + b"}"),
                           ("gzip", gzip.compress(b"{}")), ("zeros", bytes(1_000_000)), ("empty", b"")):
            file = self.home / "sent.json"
            file.write_bytes(body)
            with self.subTest(name):
                done = subprocess.run([places.WAYBILL, "show", "--from", file], capture_output=True, timeout=PATIENCE,
                                      env=plain_environment(self.home))
                self.assertEqual((name != "deep values", 1), (done.returncode == 1, done.stderr.count(b"\n")), done.stderr)


if __name__ == "__main__":
    main()
