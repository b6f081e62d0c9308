"""What list and show look like: in a pipe, on a terminal, narrow, and with names that strangers chose."""

import fcntl
import json
import os
import pty
import random
import struct
import subprocess
import termios
import unicodedata
import unittest

import spans
from drive import places
from drive.collector import Collector, waybill
from drive.processes import PATIENCE, plain_environment
from drive.runner import Claims, main

HOSTILE_NAMES = [
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "two\nlines", "tab\there", "back\b\b\bspace", "nul\0byte",
    "right \u202eto left\u202c", "\u2066isolated\u2069", "line\u2028separator", "配送サービスの展開" * 8, "배포 대기열" * 10,
    "🚀 deploy 🚀" * 8, "e\u0301" * 60, "x" * 3000, "ﷺ" * 20, "", " ", "a\u200bb\ufeffc", "\ud800 alone", "%s%n%x", "../../etc/passwd",
]


def columns(line):
    """How wide a terminal draws it."""
    width = 0
    for character in line:
        if unicodedata.category(character) in ("Mn", "Me", "Cf") or 0x1F3FB <= ord(character) <= 0x1F3FF:
            continue
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width


def on_terminal(home, *arguments, width, **environment):
    """What the program writes to a terminal of this width, line ends as it wrote them."""
    try:
        ours, its = pty.openpty()
    except OSError as error:  # a bare chroot has no /dev/pts
        raise unittest.SkipTest(f"no terminal to be had here: {error}") from error
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    process = subprocess.Popen([places.WAYBILL, *arguments], stdin=subprocess.DEVNULL, stdout=its, stderr=subprocess.PIPE,
                               env=plain_environment(home, **{"TERM": "xterm-256color", **environment}))
    os.close(its)
    written = b""
    while True:
        try:
            if not (part := os.read(ours, 65536)):
                break
        except OSError:  # EIO: the terminal's other side is closed
            break
        written += part
    os.close(ours)
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(PATIENCE) == 0 and not said, said
    return written.decode().replace("\r\n", "\n")


class Look(Claims):
    def setUp(self):
        super().setUp()
        self.collector = self.start(Collector(self.home))

    def keep(self, body, path="/v1/traces"):
        status, _, answer = spans.send(self.collector.url, path, body)
        self.assertEqual(200, status, answer)

    def every_view(self, *more):
        """The output of list and show, of what the collector has."""
        for arguments in (["list"], ["show", "latest"]):
            yield waybill(self.home, *arguments, "--from", self.collector.url, *more).stdout

    def test_no_color(self):
        """No escape sequence in a pipe, nor with NO_COLOR, nor on a terminal that can do none; colours where wanted."""
        self.keep(spans.queued_trace())
        source = ["--from", self.collector.url]
        for arguments in (["list", *source], ["show", "latest", *source]):
            plain = waybill(self.home, *arguments, TERM="xterm-256color").stdout
            self.assertNotIn("\x1b", plain)
            self.assertIn("\x1b[", waybill(self.home, *arguments, "--color", "always").stdout)
            self.assertIn("\x1b[", waybill(self.home, *arguments, "--color", "always", NO_COLOR="1").stdout)
            self.assertNotIn("\x1b", on_terminal(self.home, *arguments, width=100, NO_COLOR="1"))
            self.assertNotIn("\x1b", on_terminal(self.home, *arguments, width=100, TERM="dumb"))
            self.assertNotIn("\x1b", on_terminal(self.home, *arguments, "--color", "never", width=100))
            self.assertIn("\x1b[", on_terminal(self.home, *arguments, width=100, NO_COLOR=""))
            self.assertEqual(plain, on_terminal(self.home, *arguments, width=100, NO_COLOR="1"), "a pipe has 100 columns")

    def test_width(self):
        """No line is wider than the terminal from 80 columns on, whatever the names are and however deep they lie."""
        for name in HOSTILE_NAMES:
            trace, parent = spans.new_id(16), None
            nested = []
            for depth in range(14):
                nested.append(spans.span(name, trace, 9 - depth / 2, depth / 20, parent=parent, service=name or "service",
                                         identifier=spans.new_id(8)))
                parent = nested[-1][1]["spanId"]
            kafka = {"messaging__system": "kafka", "messaging__destination__name": name or "queue"}
            nested.append(spans.span("send " + name, trace, 8.9, 8.8, parent=nested[0][1]["spanId"], kind=4, **kafka))
            nested.append(spans.span("process " + name, trace, 4, 1, parent=nested[-1][1]["spanId"], kind=5,
                                     service="worker", **kafka))
            self.keep(spans.traces(*nested))
        traces = [trace["trace_id"] for trace in self.collector.list()]
        self.assertGreaterEqual(len(traces), 20)
        for width in (80, random.randint(81, 200)):
            views = [on_terminal(self.home, "show", trace, "--from", self.collector.url, width=width, NO_COLOR="1")
                     for trace in traces]
            views.append(on_terminal(self.home, "list", "--from", self.collector.url, width=width, NO_COLOR="1"))
            views.append(waybill(self.home, "show", traces[0], "--from", self.collector.url, "--ascii", "--width", width).stdout)
            for view in views:
                for line in view.split("\n"):
                    self.assertLessEqual(columns(line), width, repr(line))

    def test_hostile_names(self):
        """Nothing that a stranger wrote reaches the terminal as a control character."""
        trace = spans.new_id(16)
        self.keep(spans.traces(*(spans.span(name, trace, 5, 1, service=name or "x", messaging__system=name,
                                            messaging__destination__name=name) for name in HOSTILE_NAMES)))
        self.keep(spans.event(trace, "\x1b[2Jevent"), "/v1/logs")
        for view in (*self.every_view(), *self.every_view("--json")):
            for line in view.split("\n"):
                bad = [c for c in line if unicodedata.category(c) == "Cc" or c in "\u202a\u202e\u2066\u2028\u200f"]
                if line.startswith("{"):
                    json.loads(line)
                    bad = [c for c in bad if ord(c) < 0x20]
                self.assertEqual([], bad, repr(line))

    def test_ascii(self):
        """--ascii draws with ASCII alone."""
        self.keep(spans.queued_trace())
        for view in self.every_view("--ascii"):
            self.assertTrue(view.isascii(), view)

    def test_sources(self):
        """A store, its server and a file of what the server gave show the same; so does the file that was sent."""
        for _ in range(3):
            self.keep(spans.queued_trace())
        trace = self.collector.list()[0]["trace_id"]
        self.keep(spans.event(trace, "deploy.done"), "/v1/logs")
        status, _, answer = spans.send(self.collector.url, f"/api/traces/{trace}?related=1", method="GET")
        self.assertEqual(200, status)
        file = self.home / "trace.json"
        file.write_bytes(answer)
        url, store = ["--from", self.collector.url], ["--store", self.collector.store]
        shown = waybill(self.home, "show", trace, *url, "--json").stdout
        self.assertEqual(1, len(json.loads(shown)["waits"]))
        self.assertEqual(1, len(json.loads(shown)["logs"]))
        listed = waybill(self.home, "list", *url, "--json").stdout
        drawn = waybill(self.home, "show", trace, *url).stdout
        self.assertEqual(3, listed.count("\n"))
        self.assertEqual(shown, waybill(self.home, "show", trace, "--from", file, "--json").stdout)
        self.assertEqual(drawn, waybill(self.home, "show", trace, "--from", file).stdout)
        for moment in ("while the server runs", "after it has ended"):
            with self.subTest(moment):
                self.assertEqual(shown, waybill(self.home, "show", trace, *store, "--json").stdout)
                self.assertEqual(listed, waybill(self.home, "list", *store, "--json").stdout)
                self.assertEqual(drawn, waybill(self.home, "show", trace[:12], *store).stdout)
            if self.collector.is_running():
                self.assertEqual(0, self.collector.interrupt())

        file.write_text(f"{json.dumps(spans.queued_trace(trace))}\n{json.dumps(spans.event(trace, 'deploy.done'))}\n")
        again = json.loads(waybill(self.home, "show", "latest", "--from", file, "--json").stdout)
        self.assertEqual((trace, 5, 1), (again["trace_id"], len(again["rows"]), len(again["logs"])))


if __name__ == "__main__":
    main()
