"""Full and read-only disks, clocks that jump, a store in use, damaged slices: said clearly, and the rest stays readable."""

import http.client
import os
import random
import re
import shutil
import signal
import subprocess
import time
import unittest

import otlp
from drive import places
from drive.collector import Collector, waybill
from drive.processes import PATIENCE
from drive.runner import Claims, main
from load import assert_whole, load


def post(url, spans=1, trace=None):
    """Status, headers and sentence of the answer."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
    connection.request("POST", "/v1/traces", otlp.request(spans, trace), {"Content-Type": "application/x-protobuf"})
    answer = connection.getresponse()
    told = answer.status, answer.headers, answer.read()
    connection.close()
    return told


def slices_of(store):
    return sorted(store.glob("*.waybill"))


def flip_bytes(slice_file, chance):
    """bytes changed in many places"""
    content = bytearray(slice_file.read_bytes())
    for _ in range(200):
        content[chance.randrange(8192, len(content))] ^= chance.randrange(1, 256)
    slice_file.write_bytes(content)


def flip_head(slice_file, chance):
    """bytes changed in the first page"""
    content = bytearray(slice_file.read_bytes())
    for _ in range(50):
        content[chance.randrange(4096)] ^= chance.randrange(1, 256)
    slice_file.write_bytes(content)


def cut_in_half(slice_file, _):
    """half of the file"""
    os.truncate(slice_file, slice_file.stat().st_size // 2)


def empty(slice_file, _):
    """nothing in the file"""
    os.truncate(slice_file, 0)


def fill_with_nonsense(slice_file, chance):
    """nonsense of the same length"""
    slice_file.write_bytes(chance.randbytes(slice_file.stat().st_size))


def add_nonsense_log(slice_file, chance):
    """a write-ahead log of nonsense beside it"""
    slice_file.with_name(slice_file.name + "-wal").write_bytes(chance.randbytes(100_000))


class Faults(Claims):
    def mount(self, size):
        """A disk of its own, of this size."""
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root can mount the small disks of this test")
        disk = self.home / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        return disk

    def remount(self, disk, how):
        subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)

    def test_full_disk(self):
        """On a full disk new records are refused with 503 and a sentence, reading goes on; with room it writes again."""
        disk = self.mount("3m")
        store, journal = disk / "store", self.home / "acknowledged"
        with Collector(self.home, store=store) as server:
            outcome = load(self.home, server.url, connections=4, batch=200, spans=200_000, acknowledged=journal)
            self.assertGreater(outcome["status_200"], 0)
            self.assertGreater(outcome["status_503"], 0, "the disk has become full")
            self.assertEqual((0, 0), (outcome["without_retry_after"], outcome["other_status"]), outcome)
            status, headers, sentence = post(server.url, 2000)
            self.assertEqual(503, status)
            self.assertIn("Retry-After", headers)
            self.assertIn(str(store).encode(), sentence)
            self.assertIn(b"full", sentence)
            self.assertTrue(server.list())
            assert_whole(self, load(self.home, server.url, only_check=journal, check=300, connections=2))

            self.remount(disk, "size=64m")
            until = time.monotonic() + PATIENCE
            while post(server.url, 2000)[0] != 200:
                self.assertLess(time.monotonic(), until, "there is room again")
                time.sleep(0.2)
            more = load(self.home, server.url, batch=200, spans=2000, first=1_000_000, check=0)
            self.assertEqual(more["requests"], more["status_200"])
            assert_whole(self, more)
        with Collector(self.home, store=store) as server:
            assert_whole(self, load(self.home, server.url, only_check=journal, check=0, connections=2))

    def test_full_before_start(self):
        """On a disk that is full already serve says so in one line, or starts and refuses."""
        disk = self.mount("1m")
        (disk / "filler").write_bytes(b"x" * (1 << 20))
        told = waybill(self.home, "serve", "--store", disk / "store", "--listen", "127.0.0.1:0", code=1).stderr
        self.assertEqual(1, told.count("\n"), told)
        self.assertIn(str(disk / "store"), told)

    def test_read_only_disk(self):
        """On a read-only disk serve says so and what to do; list and show read all the same."""
        disk = self.mount("64m")
        store, trace = disk / "store", os.urandom(16)
        with Collector(self.home, store=store) as server:
            self.assertEqual(200, post(server.url, 5, trace)[0])
        self.remount(disk, "ro")
        told = waybill(self.home, "serve", "--store", store, "--listen", "127.0.0.1:0", code=1).stderr
        self.assertEqual(1, told.count("\n"), told)
        self.assertIn(str(store), told)
        self.assertIn("Read-only", told)
        self.assertIn(trace.hex(), waybill(self.home, "list", "--store", store, "--json").stdout)
        self.assertEqual(5, waybill(self.home, "show", trace.hex(), "--store", store, "--json").stdout.count('"kind":"span"'))

    def test_in_use(self):
        """A store that another serve writes to is refused with that one's process; reading it is not."""
        trace = os.urandom(16)
        with Collector(self.home) as server:
            self.assertEqual(200, post(server.url, 1, trace)[0])
            told = waybill(self.home, "serve", "--store", server.store, "--listen", "127.0.0.1:0", code=1).stderr
            self.assertEqual(1, told.count("\n"), told)
            self.assertIn(f"in use by another waybill serve (process {server.pid})", told)
            self.assertIn(trace.hex(), waybill(self.home, "list", "--store", server.store, "--json").stdout)

    def test_clock(self):
        """Wall clocks that jump by hours, ahead and back, lose nothing and break no slice."""
        clock = self.home / "clock"
        traces = []
        with Collector(self.home, LD_PRELOAD=str(places.PROGRAMS / "stepped-clock.so"), STEPPED_CLOCK=str(clock),
                       ASAN_OPTIONS="verify_asan_link_order=0") as server:
            for step in (0, 3600, -3600, 30 * 86400, -30 * 86400, 0):
                clock.write_text(str(step))
                traces.append(os.urandom(16))
                self.assertEqual(200, post(server.url, 3, traces[-1])[0])
                time.sleep(0.3)
            self.assertEqual({trace.hex() for trace in traces}, {row["trace_id"] for row in server.list()})
            for trace in traces:
                self.assertEqual(3, len(server.show(trace.hex())["rows"]), trace.hex())
        with Collector(self.home, store=self.home / "store") as server:
            for trace in traces:
                self.assertEqual(3, len(server.show(trace.hex())["rows"]), trace.hex())

    def make_slices(self, store):
        """A store of several slices; returns the journal of what it has acknowledged."""
        journal = self.home / "acknowledged"
        with Collector(self.home, "--max-disk", "64MiB", store=store) as server:  # in slices of a few MiB
            outcome = load(self.home, server.url, connections=4, batch=500, spans=300_000, acknowledged=journal)
            self.assertEqual(outcome["requests"], outcome["status_200"])
            self.assertEqual(0, server.interrupt(signal.SIGTERM))
        self.assertGreater(len(slices_of(store)), 3)
        return journal

    def test_damaged_slices(self):
        """Whatever becomes of a slice, serve starts, takes new records and reads all others; whoever looks is told its name."""
        whole = self.home / "whole"
        journal = self.make_slices(whole)
        chance = random.Random(7)
        for damage in (flip_bytes, flip_head, cut_in_half, empty, fill_with_nonsense, add_nonsense_log):
            for which in ("middle", "newest"):
                with self.subTest(damage.__doc__, slice=which):
                    store = self.home / f"{damage.__name__}-{which}"
                    shutil.copytree(whole, store)
                    slices = slices_of(store)
                    victim = slices[-1] if which == "newest" else slices[len(slices) // 2]
                    damage(victim, chance)
                    listed = waybill(self.home, "list", "--store", store)
                    self.assertRegex(listed.stdout, "POST /api/deploy|can't be read")
                    self.assertNotIn("70-01-01", listed.stdout)
                    with Collector(self.home, store=store) as server:
                        old = load(self.home, server.url, only_check=journal, check=400, connections=2)
                        self.assertGreater(old["whole"], old["asked"] / 2, "the other slices are read")
                        new = load(self.home, server.url, batch=200, spans=4000, first=5_000_000, check=100)
                        self.assertEqual(new["requests"], new["status_200"])
                        assert_whole(self, new)
                        if old["whole"] < old["asked"]:
                            lost = re.search("[0-9a-f]{32}", old["first_problem"])[0]
                            shown = subprocess.run([places.WAYBILL, "show", lost, "--from", server.url],
                                                   capture_output=True, text=True)
                            told = {"serve": "".join(server.errors), "list": listed.stderr, "show": shown.stdout + shown.stderr}
                            self.assertIn(victim.name, " ".join(told.values()), (old["first_problem"], told))
                    with Collector(self.home, store=store) as server:  # and again
                        self.assertTrue(server.list())


if __name__ == "__main__":
    main()
