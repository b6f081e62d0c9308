"""Traces read where they are: files of other tools."""

import base64
import gzip
import http.server
import json
import threading
import urllib.parse

import spans
from drive import places
from drive.collector import Collector, waybill
from drive.runner import Claims, main


ANSWERS = places.SOURCE_DIR / "tests" / "data" / "jaeger"  # of a real one
JAEGER = ANSWERS / "shop.json"


class Files(Claims):
    def file(self, name, content):
        path = self.home / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def test_jaeger(self):
        """A trace that Jaeger's page has downloaded is shown with its wait, also packed, and by whatever name."""
        text = JAEGER.read_bytes()
        trace = json.dumps(json.loads(text)["data"][0])
        for path in (JAEGER, self.file("trace.txt", text), self.file("trace.gz", gzip.compress(text)), self.file("one.json", trace),
                     self.file("all.json", f"[{trace}]")):
            with self.subTest(path.name):
                shown = json.loads(waybill(self.home, "show", "--from", path, "--json").stdout)
                self.assertEqual(["deployment"], [wait["queue"] for wait in shown["waits"]])
                self.assertEqual(30_200_000_000, shown["waits"][0]["duration_ns"])
                self.assertIn("POST /api/deploy", waybill(self.home, "list", "--from", path).stdout)

    def test_answers(self):
        """What a real Jaeger answered about a real trace is shown with its wait: its own JSON and its OTLP alike."""
        for name, exact in (("waybill", True), ("python_web", False), ("python_worker", False)):
            for path in (ANSWERS / f"{name}.json", ANSWERS / f"{name}.v3.json"):
                with self.subTest(path.name):
                    shown = json.loads(waybill(self.home, "show", "--from", path, "--json").stdout)
                    self.assertEqual(["deployment"], [wait["queue"] for wait in shown["waits"]])
                    self.assertEqual(exact, shown["waits"][0]["exact"])
                    self.assertAlmostEqual(1.2e9, shown["waits"][0]["duration_ns"], delta=2e7)
                    self.assertEqual([], shown["problems"])

    def test_wrong_files(self):
        """What is no file of traces is told in one line that says what was found."""
        for content, says in ((b"hello", "not a file of OTLP JSON"), (b'{"data":[{]}', "no readable file of Jaeger"),
                              (b'{"data":null,"errors":[{"code":404,"msg":"trace not found"}]}', "Jaeger says: trace not found"),
                              (gzip.compress(b"{}")[:-4], "gzip"), (b'{"data":[]}', "no spans and no events"), (b"", "no spans"),
                              ((ANSWERS / "not_found.json").read_bytes(), "trace not found"),
                              ((ANSWERS / "not_found.v3.json").read_bytes(), "It says: No traces found"),
                              (b'{"error":{"message":"gone\\n\\u001b[31m"}}', "It says: gone \u00b7[31m"),
                              (b'[{"traceId":"1","id":"2"}]', 'but an array of objects with "traceId", "id"'),
                              (b'{"traceEvents":[]}', 'no "resourceSpans" and no "resourceLogs" in it, but "traceEvents"')):
            with self.subTest(content=content):
                told = waybill(self.home, "show", "--from", self.file("x.json", content), code=1)
                self.assertIn(says, told.stderr)
                self.assertEqual(1, told.stderr.count("\n"), told.stderr)

class Api(http.server.BaseHTTPRequestHandler):
    """A server that answers as its class says; everything else as a page, like one that has a web interface."""

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path)
        self.server.asked.append(self.path)
        status, kind, body = self.answer(path.path, urllib.parse.parse_qs(path.query))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, path, query):
        return 200, "text/html", b"<!doctype html>"

    def log_message(self, *_):
        pass


class Jaeger(Api):
    otlp = True

    def answer(self, path, query):
        told = json.loads(JAEGER.read_bytes())
        trace = told["data"][0]["traceID"]
        if self.otlp and path.startswith("/api/v3/traces/"):
            known = path.endswith(trace)
            return 200 if known else 404, "text/plain", (ANSWERS / ("shop.v3.json" if known else "not_found.v3.json")).read_bytes()
        if path == "/api/services":
            told = {"data": ["web", "worker & co"], "total": 2, "errors": None}
        elif path == "/api/traces":
            if query["service"] != ["web"]:
                told["data"] = []
        elif path != f"/api/traces/{trace}":
            if not path.startswith("/api/"):
                return super().answer(path, query)
            return 404, "application/json", (ANSWERS / "not_found.json").read_bytes()
        return 200, "application/json", json.dumps(told).encode()


class OldJaeger(Jaeger):
    """Before it knew OTLP: an address that it does not know is its page."""

    otlp = False

    def answer(self, path, query):
        return Api.answer(self, path, query) if path.startswith("/api/v3/") else super().answer(path, query)


class Tempo(Api):
    trace = "00f067aa0ba902b74bf92f3577b34da6"
    json = False

    def answer(self, path, query):
        if path == "/api/echo":
            return 200, "text/plain", b"echo"
        if path == "/api/search":
            found = {"traces": [{"traceID": self.trace.lstrip("0"), "startTimeUnixNano": "1764000000000000000"}]}
            return 200, "application/json", json.dumps(found).encode()
        if path == f"/api/traces/{self.trace}" and self.json:
            return 200, "application/json", json.dumps(tempo_span(self.trace, "GET /tempo")).encode()
        if path == f"/api/traces/{self.trace}" and self.headers["Accept"] == "application/protobuf":
            return 200, "application/protobuf", protobuf_span(self.trace, "GET /tempo")
        return 404, "text/plain", b"not found"


class JsonTempo(Tempo):
    """One of those that answer in JSON whatever was asked for."""

    json = True


def tempo_span(trace, name):
    """One span in protobuf's own JSON, under Tempo's name for the resources."""
    told = {"traceId": base64.b64encode(bytes.fromhex(trace)).decode(), "spanId": "MTIzNDU2Nzg=", "name": name,
            "kind": "SPAN_KIND_SERVER", "startTimeUnixNano": "1764000000000000000", "endTimeUnixNano": "1764000001000000000"}
    return {"batches": [{"resource": {}, "scopeSpans": [{"spans": [told]}]}]}


def protobuf_span(trace, name):
    """TracesData with one span."""
    field = lambda number, payload: bytes([number << 3 | 2, len(payload)]) + payload  # noqa: E731
    time = lambda number, value: bytes([number << 3 | 1]) + value.to_bytes(8, "little")  # noqa: E731
    told = (field(1, bytes.fromhex(trace)) + field(2, b"12345678") + field(5, name.encode())
            + time(7, 1764000000 * spans.SECOND) + time(8, 1764000001 * spans.SECOND))
    return field(1, field(2, field(2, told)))


class Servers(Claims):
    def serve(self, kind):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server, f"http://127.0.0.1:{server.server_port}"

    def test_jaeger(self):
        """A running Jaeger is recognised, asked for its services, and its traces are listed and shown with their waits: to the
        nanosecond where it can tell them."""
        for kind, nanoseconds in ((Jaeger, 123), (OldJaeger, 0)):
            with self.subTest(kind.__name__):
                self.check_jaeger(kind, nanoseconds)

    def check_jaeger(self, kind, nanoseconds):
        server, url = self.serve(kind)
        for where in (url, url + "/", "jaeger+" + url):
            with self.subTest(where):
                listed = waybill(self.home, "list", "--from", where, "--json").stdout.splitlines()
                self.assertEqual(["4bf92f3577b34da6a3ce929d0e0e4736"], [json.loads(line)["trace_id"] for line in listed])
                for trace in ("latest", "4bf9", "4bf92f3577b34da6a3ce929d0e0e4736"):
                    shown = json.loads(waybill(self.home, "show", trace, "--from", where, "--json").stdout)
                    self.assertEqual(1764000000000000000 + nanoseconds, shown["start_unix_nano"])
                    self.assertEqual(30_200_000_000, shown["waits"][0]["observed_ns"])
        self.assertTrue(any("service=worker%20%26%20co&" in asked for asked in server.asked), server.asked)
        self.assertIn("/api/traces/000000000000000077b34da6a3ce929d", server.asked, "a trace that this one links to")
        refused = waybill(self.home, "show", "f" * 32, "--from", url, code=1)
        self.assertIn("there is no trace", refused.stderr)
        self.assertIn("show has those", waybill(self.home, "waits", "--from", url, code=2).stderr)

    def test_tempo(self):
        """A running Tempo is recognised; its traces are found by search and read as protobuf, or as the JSON that came."""
        urls = [self.serve(kind)[1] for kind in (Tempo, JsonTempo)]
        for where in (*urls, "tempo+" + urls[0]):
            with self.subTest(where):
                self.assertIn("GET /tempo", waybill(self.home, "list", "--from", where).stdout)
                shown = json.loads(waybill(self.home, "show", "00f0", "--from", where, "--json").stdout)
                self.assertEqual((Tempo.trace, "GET /tempo"), (shown["trace_id"], shown["rows"][0]["name"]))

    def test_others(self):
        """A server that is none of these, or none at all, is told in one line."""
        _, url = self.serve(Api)
        for where, says, code in ((url, "no waybill serve, no Jaeger and no Tempo", 1), ("jaeger+" + url, "not Jaeger's JSON", 1),
                                  ("tempo+" + url, "not Tempo's JSON", 1), ("http://127.0.0.1:1", "127.0.0.1:1", 1),
                                  ("ftp://127.0.0.1/", "ftp", 2)):
            with self.subTest(where):
                told = waybill(self.home, "list", "--from", where, code=code)
                self.assertIn(says, told.stderr)
                self.assertEqual(1, told.stderr.count("\n"), told.stderr)

    def test_own(self):
        """A running waybill serve is recognised before all others."""
        collector = self.start(Collector(self.home))
        self.assertEqual(200, spans.send(collector.url, body=spans.queued_trace())[0])
        self.assertIn("POST /api/deploy", waybill(self.home, "list", "--from", collector.url).stdout)


if __name__ == "__main__":
    main()
