"""Careless use of the program: the exit code says whose mistake it was, and one line says which."""

import http.server
import json
import os
import re
import signal
import socket
import subprocess
import threading
import unicodedata

import spans
from drive import places
from drive.collector import Collector, waybill
from drive.processes import PATIENCE, plain_environment
from drive.runner import Claims, main


class Usage(Claims):
    def refused(self, *arguments, code, says, **environment):
        """The program gives up with this code and one line, in which all of these words are."""
        with self.subTest(arguments):
            done = waybill(self.home, *arguments, code=code, **environment)
            self.assertEqual("", done.stdout)
            self.assertEqual(1, done.stderr.count("\n"), done.stderr)
            self.assertTrue(done.stderr.startswith("waybill: "), done.stderr)
            for word in says if isinstance(says, list) else [says]:
                self.assertIn(str(word), done.stderr)

    def test_arguments(self):
        """An argument that is not understood is named, with exit code 2."""
        self.refused("sow", code=2, says="sow")
        self.refused("--wat", code=2, says="--wat")
        self.refused("show", "--wat", code=2, says=["--wat", "waybill show --help"])
        self.refused("show", "a", "b", code=2, says="b")
        self.refused("show", "--width", "10", code=2, says=["--width", "50"])
        self.refused("show", "--width", "wide", code=2, says="wide")
        self.refused("show", "--color", "pink", code=2, says="pink")
        self.refused("list", "--limit", "0", code=2, says="--limit")
        self.refused("list", "--limit", "-1", code=2, says="--limit")
        self.refused("list", "--store", "a", "--from", "b", code=2, says=["--store", "--from"])
        self.refused("show", "--store", code=2, says="--store")
        self.refused("show", "no-trace", "--store", self.home / "none", code=1, says="none")

    def test_every_option(self):
        """Each option of each verb is refused, in one line that names it, without its value and with one that is none."""
        for verb in ("serve", "list", "show"):
            options = re.findall(r"^  (--[a-z-]+)(?: ([A-Z]+)(:INT)?)?", waybill(self.home, verb, "--help").stdout, re.MULTILINE)
            self.assertGreater(len(options), 3)
            for name, kind, integer in options:
                if not kind:
                    self.refused(verb, f"{name}=maybe", code=2, says=[name, f"waybill {verb} --help"])
                    continue
                self.refused(verb, name, code=2, says=[name, f"waybill {verb} --help"])
                self.refused(verb, f"{name}=", code=2, says=name)
                self.refused(verb, name, "1", name, "2", code=2, says=name)
                for value in ("many", "-1", "1.5", "1e2", "99999999999999999999", "5 6", "") if integer else ():
                    self.refused(verb, name, value, code=2, says=[name, f"waybill {verb} --help"])
            for more in ("-x", "--", "--store=a=b"):
                self.refused(verb, more, "one", "two", "three", code=2, says=["three", f"waybill {verb} --help"])

    def test_strange_arguments(self):
        """Whatever stands in an argument, what is said of it is one line without a control character."""
        for strange in ("two\nlines", "\x1b[31mred", "\x9b2J", "x" * 100_000, os.fsdecode(b"\xff\xfe"), "%s%n", "\u202eback", "'\"\\"):
            for arguments in ([strange], ["show", strange, "--from", self.home / "none"], ["list", strange], ["list", "--from", strange],
                              ["list", "--from", "http://" + strange], ["show", "--store", self.home / "none" / strange.replace("/", "")],
                              ["list", "--color", strange], ["list", "--limit", strange], ["serve", "--listen", strange],
                              ["serve", "--listen", "127.0.0.1:" + strange], ["serve", "--listen", strange + ":0", "--token", "t"]):
                with self.subTest(arguments=[str(one)[:40] for one in arguments]):
                    done = subprocess.run([places.WAYBILL, *map(str, arguments)], capture_output=True, timeout=PATIENCE,
                                          stdin=subprocess.DEVNULL, env=plain_environment(self.home))
                    said = done.stderr.decode()
                    self.assertIn(done.returncode, (1, 2), said)
                    self.assertEqual((b"", 1), (done.stdout, said.count("\n")), said)
                    self.assertEqual([], [c for c in said[:-1] if unicodedata.category(c) == "Cc" or c in "\u202e"], said)

    def test_help(self):
        """Help and version are no mistakes; nothing at all is one, and shows the help."""
        for arguments in (["--help"], ["-h"], ["serve", "--help"], ["list", "--help"], ["show", "--help"]):
            done = waybill(self.home, *arguments)
            self.assertIn("OPTIONS", done.stdout.upper())
            self.assertEqual("", done.stderr)
        self.assertRegex(waybill(self.home, "--version").stdout, r"^waybill \d+\.\d+\.\d+\n$")
        done = waybill(self.home, code=2)
        self.assertEqual("", done.stdout)
        self.assertIn("serve", done.stderr)

    def test_listen(self):
        """An address that cannot be listened on is named, and so is what is missing."""
        store = self.home / "store"
        for address in ("127.0.0.1:99999", "127.0.0.1:-1", "127.0.0.1:http", "[::1", ""):
            self.refused("serve", "--store", store, "--listen", address, code=2, says=["--listen", address])
        self.refused("serve", "--store", store, "--listen", "nonsense", code=2, says="nonsense")
        self.refused("serve", "--store", store, "--listen", "1.2.3.4.5:80", "--token", "t", code=2, says="1.2.3.4.5")
        self.refused("serve", "--store", store, "--listen", "0.0.0.0:0", code=2, says=["0.0.0.0", "--token"])
        self.refused("serve", "--store", store, "--listen", "192.0.2.1:0", "--token", "t", code=2, says=["192.0.2.1", "--listen"])
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            self.refused("serve", "--store", store, "--listen", address, code=1, says=[address, "use"])

    def test_store(self):
        """A store that is none is named; nothing in it is touched."""
        text = self.home / "notes.txt"
        text.write_text("not a store\n" * 100)
        self.refused("serve", "--store", text, "--listen", "127.0.0.1:0", code=2, says=text)
        self.refused("list", "--store", text, code=2, says=text)
        self.refused("show", "--store", text, code=2, says=text)
        self.refused("serve", "--store", text / "below", "--listen", "127.0.0.1:0", code=1, says=text)
        self.refused("list", "--store", self.home / "missing", code=1, says=self.home / "missing")
        self.assertEqual("not a store\n" * 100, text.read_text())
        self.assertFalse((self.home / "missing").exists(), "reading must not make a store")
        self.refused("list", code=1, says=["waybill serve", "--store", "--from"])
        folder = self.home / "folder"
        folder.mkdir()
        (folder / "mine.txt").write_text("mine")
        self.refused("list", "--store", folder, code=1, says=folder)
        self.assertEqual(["mine.txt"], [path.name for path in folder.iterdir()])

    def test_second_server(self):
        """Two servers do not share a store."""
        collector = self.start(Collector(self.home))
        self.refused("serve", "--store", collector.store, "--listen", "127.0.0.1:0", code=1, says=collector.store)

    def test_trace(self):
        """A trace that is not there, or is one of several, is said to be."""
        collector = self.start(Collector(self.home))
        self.refused("show", "--from", collector.url, code=1, says="no traces")
        first, second = ("abcd" + spans.new_id(14) for _ in range(2))
        for trace in (first, second):
            spans.send(collector.url, body=spans.queued_trace(trace))
        for source in (["--from", collector.url], ["--store", collector.store]):
            self.refused("show", "0" * 32, *source, code=1, says="0" * 32)
            self.refused("show", "xyz", *source, code=2, says=["xyz", "latest"])
            self.refused("show", "a" * 33, *source, code=2, says="a" * 33)
            self.refused("show", "", *source, code=2, says="latest")
            several = waybill(self.home, "show", "ABCD", *source, code=2)
            self.assertEqual(("", 1), (several.stdout, several.stderr.count("\n")))
            self.assertIn("several", several.stderr)
            self.assertIn(first, several.stderr)
            self.assertIn(second, several.stderr)
            self.assertIn(first, waybill(self.home, "show", first[:20].upper(), *source, "--json").stdout)

    def test_source(self):
        """A source that cannot be read is named."""
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            dead = f"http://127.0.0.1:{closed.getsockname()[1]}"
            self.refused("list", "--from", dead, code=1, says=dead)
            self.refused("show", "--from", dead + "/", code=1, says=dead)
        self.refused("list", "--from", "http://", code=2, says="http://")
        self.refused("list", "--from", "ftp://127.0.0.1/x", code=2, says="ftp://127.0.0.1/x")
        self.refused("show", "--from", self.home / "none.json", code=1, says="none.json")
        broken = self.home / "broken.json"
        for text in ("hello", '{"resourceSpans": [', '[1, 2]', "\0\xff"):
            broken.write_text(text)
            self.refused("show", "--from", broken, code=1, says="broken.json")
        self.refused("list", "--from", self.home, code=2, says=[self.home, "folder"])
        collector = self.start(Collector(self.home, "--token", "secret"))
        self.refused("list", "--from", collector.url, code=1, says=["401", "token"])
        self.refused("list", "--from", collector.url, "--token", "guess", code=1, says="401")
        waybill(self.home, "list", "--from", collector.url, WAYBILL_TOKEN="secret")

    def test_hostile_server(self):
        """What a stranger's server answers reaches the terminal as one line of harmless text."""
        for status, body in ((500, b"\x1b]0;title\x07\x1b[2J\r\nmore\n\n" * 20), (404, b"\xff\xfe"), (200, b"\x1b[31m"), (418, b"")):
            class Answer(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200 if self.path == "/health" else status)
                    self.end_headers()
                    self.wfile.write(b"ok" if self.path == "/health" else body)

                def log_message(self, *_):
                    pass

            with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
                thread = threading.Thread(target=server.serve_forever, daemon=True)
                thread.start()
                done = subprocess.run([places.WAYBILL, "show", "abcd", "--from", f"http://127.0.0.1:{server.server_port}"],
                                      capture_output=True, timeout=PATIENCE, env=plain_environment(self.home))
                server.shutdown()
                thread.join()
            self.assertEqual((1, b"", 1), (done.returncode, done.stdout, done.stderr.count(b"\n")), done.stderr)
            self.assertEqual([], [byte for byte in done.stderr[:-1] if byte < 32], done.stderr)

    def test_closed_pipe(self):
        """Somebody who reads one line and goes is no error; a full disk is one."""
        trace = spans.new_id(16)
        many = self.home / "many.json"
        many.write_text(json.dumps(spans.traces(*(spans.span(f"step {n}", trace, 5, 1) for n in range(5000)))))
        for arguments in (["show", "--rows", "5000"], ["show", "--json"]):
            process = subprocess.Popen([places.WAYBILL, *arguments, "--from", many], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, env=plain_environment(self.home))
            process.stdout.readline() if arguments[-1] != "--json" else process.stdout.read(100)
            process.stdout.close()
            said = process.stderr.read().decode()
            process.stderr.close()
            self.assertIn(process.wait(PATIENCE), (0, -signal.SIGPIPE))
            self.assertEqual("", said)
            with open("/dev/full", "wb") as full:
                done = subprocess.run([places.WAYBILL, *arguments, "--from", many], stdout=full, stderr=subprocess.PIPE,
                                      text=True, env=plain_environment(self.home))
            self.assertEqual((1, 1), (done.returncode, done.stderr.count("\n")), done.stderr)
            self.assertIn("No space left", done.stderr)


if __name__ == "__main__":
    main()
