"""waybill serve, spoken to as exporters, browsers and strangers speak."""

import gzip
import http.client
import json
import signal
import socket
import time

import spans
from drive.collector import Collector, waybill
from drive.processes import PATIENCE
from drive.runner import Claims, main

PROTOBUF = "application/x-protobuf"


def host_of(url):
    return url.removeprefix("http://")


def varint_field(number, payload):
    """A protobuf field of bytes, shorter than 128."""
    assert len(payload) < 128
    return bytes([number << 3 | 2, len(payload)]) + payload


def protobuf_span(trace, name):
    """An ExportTraceServiceRequest with one span."""
    fixed = lambda number, value: bytes([number << 3 | 1]) + value.to_bytes(8, "little")  # noqa: E731
    now = time.time_ns()
    told = (varint_field(1, bytes.fromhex(trace)) + varint_field(2, bytes.fromhex(spans.new_id(8)))
            + varint_field(5, name.encode()) + fixed(7, now - spans.SECOND) + fixed(8, now))
    return varint_field(1, varint_field(2, varint_field(2, told)))


class Serve(Claims):
    def names(self, collector, trace):
        return [row["name"] for row in collector.show(trace)["rows"]]

    def test_encodings(self):
        """JSON and protobuf, plain, gzipped and in chunks, are taken, and answered in kind, once they are stored."""
        collector = self.start(Collector(self.home))
        one = lambda trace: json.dumps(spans.traces(spans.span("json", trace, 2, 1))).encode()  # noqa: E731
        for kind, make in (("application/json", one), ("application/json; charset=utf-8", one),
                           (PROTOBUF, lambda trace: protobuf_span(trace, "json"))):
            for how in ("plain", "gzip", "chunked", "gzip and chunked"):
                with self.subTest(kind, how=how):
                    trace = spans.new_id(16)
                    body, headers = make(trace), {"Content_Type": kind}
                    if "gzip" in how:
                        body, headers = gzip.compress(body), headers | {"Content_Encoding": "gzip"}
                    if "chunked" in how:
                        status, answered = self.send_in_chunks(collector, body, headers)
                    else:
                        status, told, answered = spans.send(collector.url, body=body, **headers)
                        self.assertEqual(kind.split(";")[0], told["Content-Type"])
                    self.assertEqual((200, b"" if kind == PROTOBUF else b"{}"), (status, answered))
                    self.assertEqual(["json"], self.names(collector, trace))

    def send_in_chunks(self, collector, body, headers):
        connection = http.client.HTTPConnection(host_of(collector.url), timeout=PATIENCE)
        pieces = (body[at:at + 7] for at in range(0, len(body), 7))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", "/v1/traces", pieces, named | {"Transfer-Encoding": "chunked"}, encode_chunked=True)
        answer = connection.getresponse()
        status, answered = answer.status, answer.read()
        connection.close()
        return status, answered

    def test_refusals(self):
        """What cannot be taken is refused with the status that says whether to try again, and a sentence."""
        collector = self.start(Collector(self.home))
        some = json.dumps(spans.queued_trace()).encode()
        for status, path, body, headers in (
                (400, "/v1/traces", b"{", {}),
                (400, "/v1/traces", b"\xff\xff", {"Content_Type": PROTOBUF}),
                (400, "/v1/traces", some, {"Content_Encoding": "gzip"}),
                (400, "/v1/traces", gzip.compress(some)[:-9], {"Content_Encoding": "gzip"}),
                (413, "/v1/traces", gzip.compress(b" " * (65 << 20)), {"Content_Encoding": "gzip"}),
                (415, "/v1/traces", some, {"Content_Encoding": "compress"}),
                (415, "/v1/traces", some, {"Content_Type": "text/plain"}),
                (404, "/v1/profiles", some, {}),
                (404, "/", some, {}),
        ):
            with self.subTest(status, path=path, **headers):
                answered, _, sentence = spans.send(collector.url, path, body, **headers)
                self.assertEqual(status, answered, sentence)
                self.assertNotEqual(b"", sentence)
        status, headers, _ = spans.send(collector.url, method="GET")
        self.assertEqual((405, "POST"), (status, headers["Allow"]))
        self.assertEqual([], collector.list())

        with socket.create_connection(host_of(collector.url).split(":"), PATIENCE) as raw:  # told before it is sent
            raw.sendall(b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        b"Content-Length: 99999999999\r\n\r\n")
            self.assertIn(b" 413 ", raw.recv(1000).split(b"\r\n")[0])

    def test_metrics(self):
        """Metrics are dropped politely: no exporter retries, and each is told."""
        collector = self.start(Collector(self.home))
        status, _, answer = spans.send(collector.url, "/v1/metrics", {"resourceMetrics": []})
        self.assertEqual(200, status)
        self.assertIn("no metrics", json.loads(answer)["partialSuccess"]["errorMessage"])
        status, headers, _ = spans.send(collector.url, "/v1/metrics", b"", Content_Type=PROTOBUF)
        self.assertEqual((200, PROTOBUF), (status, headers["Content-Type"]))

    def test_sent_twice(self):
        """What is sent twice is stored once."""
        collector = self.start(Collector(self.home))
        body = spans.queued_trace()
        trace = body["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["traceId"]
        event = spans.event(trace, "deploy.done")
        for _ in range(3):
            self.assertEqual(200, spans.send(collector.url, body=body)[0])
            self.assertEqual(200, spans.send(collector.url, "/v1/logs", event)[0])
        shown = collector.show(trace)
        self.assertEqual((4, 1), (len([row for row in shown["rows"] if row["kind"] == "span"]), len(shown["logs"])))

    def test_strangers(self):
        """/health answers; a name that is not this server's, and another site's page, are refused."""
        collector = self.start(Collector(self.home))
        self.assertEqual((200, b"ok\n"), spans.send(collector.url, "/health", method="GET")[::2])
        port = collector.url.rsplit(":", 1)[1]
        for host, status in ((f"localhost:{port}", 200), (f"127.0.0.1:{port}", 200), ("[::1]", 200), ("evil.example", 403),
                             (f"evil.example:{port}", 403), ("127.0.0.1.evil.example", 403), ("localhost@evil.example", 400)):
            with self.subTest(host):
                self.assertEqual(status, spans.send(collector.url, "/health", method="GET", Host=host)[0])
        body = spans.queued_trace()
        for origin, status in ((f"http://{host_of(collector.url)}", 200), ("http://evil.example", 403), ("null", 403)):
            with self.subTest(origin):
                self.assertEqual(status, spans.send(collector.url, body=body, Origin=origin)[0])

    def test_token(self):
        """Beyond loopback a token is needed, from senders and readers alike, and never shown."""
        server = self.start(Collector(self.home, listen="0.0.0.0:0", WAYBILL_TOKEN="s3cret"))
        url = server.url.replace("0.0.0.0", "127.0.0.1")
        body = spans.queued_trace()
        for headers in ({}, {"Authorization": "Bearer guess"}, {"Authorization": "Basic s3cret"},
                        {"Authorization": "Bearer s3cret2"}):
            status, told, _ = spans.send(url, body=body, **headers)
            self.assertEqual(401, status)
            self.assertTrue(told["WWW-Authenticate"].startswith("Bearer"))
            self.assertEqual(401, spans.send(url, "/api/traces", method="GET", **headers)[0])
        self.assertEqual(200, spans.send(url, body=body, Authorization="Bearer s3cret")[0])
        self.assertIn("POST /api/deploy", waybill(self.home, "list", "--from", url, WAYBILL_TOKEN="s3cret").stdout)
        with open(f"/proc/{server.pid}/cmdline", "rb") as command:
            self.assertNotIn(b"s3cret", command.read())

    def test_end(self):
        """Ctrl-C and SIGTERM end it with exit code 0; what was answered with 200 survives even SIGKILL."""
        for which, code in ((signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)):
            with self.subTest(which.name):
                collector = self.start(Collector(self.home))
                body = spans.queued_trace()
                trace = body["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["traceId"]
                self.assertEqual(200, spans.send(collector.url, body=body)[0])
                self.assertEqual(code, collector.interrupt(which))
                self.assertEqual("", "".join(collector.rest_of_errors()))
                self.assertIn(trace, waybill(self.home, "show", trace, "--store", collector.store, "--json").stdout)


if __name__ == "__main__":
    main()
