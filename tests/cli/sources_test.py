"""Traces read where they are: files of other tools."""

import gzip
import http.server
import json
import threading
import urllib.parse

import spans
from drive import places
from drive.collector import Collector, waybill
from drive.runner import Claims, main


JAEGER = places.SOURCE_DIR / "tests" / "data" / "jaeger" / "documented_shape.json"


class Files(Claims):
    def file(self, name, content):
        path = self.home / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def test_jaeger(self):
        """A trace that Jaeger's page has downloaded is shown with its wait, also packed, and by whatever name."""
        text = JAEGER.read_bytes()
        trace = json.dumps(json.loads(text)["data"][0])
        for path in (JAEGER, self.file("trace.txt", text), self.file("trace.gz", gzip.compress(text)), self.file("one.json", trace)):
            with self.subTest(path.name):
                shown = json.loads(waybill(self.home, "show", "--from", path, "--json").stdout)
                self.assertEqual(["deployment"], [wait["queue"] for wait in shown["waits"]])
                self.assertEqual(30_200_000_000, shown["waits"][0]["duration_ns"])
                self.assertIn("POST /api/deploy", waybill(self.home, "list", "--from", path).stdout)

    def test_wrong_files(self):
        """What is no file of traces is told in one line that says what was found."""
        for content, says in ((b"hello", "not a file of OTLP JSON"), (b'{"data":[{]}', "no readable file of Jaeger"),
                              (b'{"data":null,"errors":[{"code":404,"msg":"trace not found"}]}', "Jaeger says: trace not found"),
                              (gzip.compress(b"{}")[:-4], "gzip"), (b'{"data":[]}', "no spans and no events"), (b"", "no spans")):
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
    def answer(self, path, query):
        told = json.loads(JAEGER.read_bytes())
        trace = told["data"][0]["traceID"]
        if path == "/api/services":
            told = {"data": ["web", "worker & co"], "total": 2, "errors": None}
        elif path == "/api/traces":
            if query["service"] != ["web"]:
                told["data"] = []
        elif path != f"/api/traces/{trace}":
            if not path.startswith("/api/"):
                return super().answer(path, query)
            return 404, "application/json", b'{"data":null,"errors":[{"code":404,"msg":"trace not found"}]}'
        return 200, "application/json", json.dumps(told).encode()


class Tempo(Api):
    trace = "00f067aa0ba902b74bf92f3577b34da6"

    def answer(self, path, query):
        if path == "/api/echo":
            return 200, "text/plain", b"echo"
        if path == "/api/search":
            found = {"traces": [{"traceID": self.trace.lstrip("0"), "startTimeUnixNano": "1764000000000000000"}]}
            return 200, "application/json", json.dumps(found).encode()
        if path == f"/api/traces/{self.trace}" and self.headers["Accept"] == "application/protobuf":
            return 200, "application/protobuf", protobuf_span(self.trace, "GET /tempo")
        return 404, "text/plain", b"not found"


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
        """A running Jaeger is recognised, asked for its services, and its traces are listed and shown with their waits."""
        server, url = self.serve(Jaeger)
        for where in (url, url + "/", "jaeger+" + url):
            with self.subTest(where):
                listed = waybill(self.home, "list", "--from", where, "--json").stdout.splitlines()
                self.assertEqual(["4bf92f3577b34da6a3ce929d0e0e4736"], [json.loads(line)["trace_id"] for line in listed])
                for trace in ("latest", "4bf9", "4bf92f3577b34da6a3ce929d0e0e4736"):
                    shown = json.loads(waybill(self.home, "show", trace, "--from", where, "--json").stdout)
                    self.assertEqual(30_200_000_000, shown["waits"][0]["duration_ns"])
        self.assertTrue(any("service=worker%20%26%20co&" in asked for asked in server.asked), server.asked)
        self.assertIn("/api/traces/000000000000000077b34da6a3ce929d", server.asked, "a trace that this one links to")
        refused = waybill(self.home, "show", "f" * 32, "--from", url, code=1)
        self.assertIn("there is no trace", refused.stderr)
        self.assertIn("show has those", waybill(self.home, "waits", "--from", url, code=2).stderr)

    def test_tempo(self):
        """A running Tempo is recognised; its traces are found by search and read as protobuf."""
        _, url = self.serve(Tempo)
        for where in (url, "tempo+" + url):
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
