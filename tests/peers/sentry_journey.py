"""A message's way through our own web service and worker, which both report to Sentry, or to what takes its place."""

import gzip
import http.server
import json
import threading
import unittest

from drive import places
from journey import OTHER_PEERS, OWN_PEERS, JourneyClaims


def relay_peer():
    """The interpreter that has Relay's normaliser; skips the test where it is not there."""
    python = places.PEERS / "relay" / "bin" / "python"
    if not python.exists():
        raise unittest.SkipTest("Relay's normaliser is not installed; ./dev test does it where python3-venv is")
    return python


def spotlight_command(port):
    """Starts Spotlight, kept on this machine; skips the test where it is not there."""
    program = places.PEERS / "spotlight" / "node_modules" / "@spotlightjs" / "spotlight" / "dist" / "run.js"
    if not program.exists():
        raise unittest.SkipTest("Spotlight is not installed; ./dev test does it where npm and node >= 20.19 are")
    return ["node", "--require", OTHER_PEERS / "spotlight" / "loopback.cjs", program, "server", "-p", port]


def read_envelope(body):
    """The header, and of each item its header and payload, read by the letter of the format."""
    header, rest = body.split(b"\n", 1)
    items = []
    while rest:
        line, rest = rest.split(b"\n", 1)
        item = json.loads(line)
        payload, end, rest = rest[:item["length"]], rest[item["length"]:item["length"] + 1], rest[item["length"] + 1:]
        assert end in (b"\n", b""), f"an item is longer than it says: {line}"
        items.append((item, json.loads(payload)))
    return json.loads(header), items


class SentryJourney(JourneyClaims):
    def run_journey(self, dsn_of_web, dsn_of_worker, **environment):
        """What the two processes said, and what waybill shows of it: both tell their collector too."""
        web = self.peer(OWN_PEERS / "peer-web", SENTRY_DSN=dsn_of_web, SENTRY_RELEASE="shop@1", **environment)
        worker = self.own_worker(SENTRY_DSN=dsn_of_worker, SENTRY_RELEASE="worker@2", **environment)
        return self.travel(web, worker, busy=0.3)


class SentrySink:
    """Takes every envelope, and keeps it."""

    def __init__(self):
        sink = self
        self.envelopes = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                sink.envelopes.append((self.path, read_envelope(body)))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def dsn(self, project):
        return f"http://key{project}@127.0.0.1:{self._server.server_port}/{project}"

    def transactions(self):
        """Header and payload of each."""
        return [(header, payload) for _, (header, items) in self.envelopes for item, payload in items
                if item["type"] == "transaction"]
