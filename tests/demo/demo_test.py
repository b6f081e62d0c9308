"""The demo, as somebody at a terminal sees it: what it shows is true, what it breaks it names, and nothing of it stays."""

import os
import random
import re
import signal
import sqlite3
import subprocess
import time

from drive import places
from drive.collector import waybill
from drive.processes import PATIENCE, Process, left_running, plain_environment
from drive.runner import Claims, main

TOLERANCE = 0.05  # seconds between the printed wait and the test's own clock
ROUNDING = 0.005  # two decimals are printed


class Watch:
    """Sees in the demo's queue file, by the test's own clock, when the deploy was put there and when it was taken."""

    def __init__(self, folder):
        self.folder = folder
        self.connection = None
        self.last_look = None
        self.enqueued = self.taken = None  # between which two looks

    def look(self):
        now = time.monotonic()
        row = self._row()
        if row and not self.enqueued:
            self.enqueued = self.last_look, time.monotonic()
        if row and row[0] is not None and not self.taken:
            self.taken = self.last_look, time.monotonic()
        self.last_look = now

    def _row(self):
        try:
            if not self.connection:
                files = list(self.folder.glob("waybill-demo-*/queue.db"))
                if not files:
                    return None
                self.connection = sqlite3.connect(f"file:{files[0]}?mode=ro", uri=True, timeout=0)
            return self.connection.execute(
                "SELECT worker FROM waybill_queue WHERE CAST(payload AS TEXT) LIKE 'deploy %'").fetchone()
        except sqlite3.OperationalError:  # not made yet, or gone
            return None


def seconds(text):
    number, unit = re.fullmatch(r"([\d.]+) (ms|s)", text).groups()
    return float(number) / (1000 if unit == "ms" else 1)


class Demo(Claims):
    def demo(self, *options):
        return self.start(Process([places.PROGRAMS / "waybill-demo", *options], self.home))

    def check_nothing_left(self):
        self.assertEqual([], os.listdir(self.home))
        until = time.monotonic() + PATIENCE
        while (left := left_running(self.home)) and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual([], left)

    def test_wait(self):
        """The printed wait is the one that the test sees in the queue, for a slot that is busy 1 to 4 s."""
        held = random.uniform(1, 4)
        demo = self.demo("--wait", f"{held:.3f}s")
        watch = Watch(self.home)
        while demo.is_running():
            watch.look()
            time.sleep(0.002)
        lines = demo.rest()
        text = "\n".join(lines)
        self.assertEqual(0, demo.wait(), text)
        least = watch.taken[0] - watch.enqueued[1] - TOLERANCE - ROUNDING
        most = watch.taken[1] - watch.enqueued[0] + TOLERANCE + ROUNDING
        said = {"the verdict": r'^[\d.]+ s: ([\d.]+ m?s) \(\d+ %\) queued on "deployment", behind report:monthly',
                "the picture": r'queued on "deployment" +([\d.]+ m?s)  ',
                "the demo's clock": r"the deploy waited ([\d.]+ s)"}
        for who, pattern in said.items():
            with self.subTest(who):
                found = re.search(pattern, text, re.MULTILINE)
                self.assertIsNotNone(found, text)
                self.assertTrue(least <= seconds(found[1]) <= most, f"{found[1]} is not in {least} – {most}\n{text}")
        self.assertNotIn("\x1b", text)
        self.assertIn('"metadata.organizationId":"org_acme"', text)
        trace = re.search(r"INFO deploying .* trace_id=([0-9a-f]{32})", text)[1]
        self.assertIn(f" show {trace[:8]} --from http://127.0.0.1:", text)
        self.check_nothing_left()

    def test_broken_part(self):
        """A part that is broken on purpose is named, with exit code 1."""
        demos = {part: self.demo("--wait", "0.5", "--break", part) for part in ("inject", "extract", "collector")}
        for part, demo in demos.items():
            with self.subTest(part):
                self.assertEqual(1, demo.wait())
                self.assertEqual(1, len(demo.rest_of_errors()), demo.errors)
                self.assertTrue(demo.errors[0].startswith(f"demo: broken: {part}."), demo.errors)
        self.check_nothing_left()

    def test_ctrl_c(self):
        """Ctrl-C and SIGTERM end the demo and all its processes, at any moment."""
        for which, moment in ((signal.SIGINT, "starting"), (signal.SIGINT, "busy"), (signal.SIGTERM, "busy")):
            with self.subTest(which.name, moment=moment):
                demo = self.demo("--wait", "60")
                if moment == "busy":
                    demo.line("is busy with")
                while not list(self.home.glob("waybill-demo-*")):
                    time.sleep(0.001)
                before = time.monotonic()
                self.assertEqual(130, demo.interrupt(which))
                self.assertLess(time.monotonic() - before, 15)
                self.check_nothing_left()

    def test_killed(self):
        """Its processes end even when the demo itself is killed."""
        demo = self.demo("--wait", "60")
        demo.line("is busy with")
        demo.interrupt(signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while left_running(self.home) and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual([], left_running(self.home))

    def test_keep(self):
        """--keep leaves the collector up, with what it has stored, and says how to end it."""
        demo = self.demo("--wait", "0.5", "--keep")
        self.assertEqual(0, demo.wait())
        text = "\n".join(demo.rest())
        collector = int(re.search(r"\(kill (\d+)\)", text)[1])
        try:
            address = re.search(r"list --from (\S+)", text)[1]
            self.assertIn('queued on "deployment"', waybill(self.home, "show", "latest", "--from", address).stdout)
            self.assertEqual([collector], left_running(self.home))
        finally:
            os.kill(collector, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while left_running(self.home) and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual([], left_running(self.home))

    def test_bad_usage(self):
        """Bad usage is one line and exit code 2; --help is no mistake."""
        for options in (["--wat"], ["--wait"], ["--wait", "soon"], ["--wait", "0"], ["--wait", "-3"], ["--wait", "nan"],
                        ["--wait", "1e9"], ["--break"], ["--break", "heart"], ["deploy"]):
            with self.subTest(options):
                done = run(self.home, *options)
                self.assertEqual((2, "", 1), (done.returncode, done.stdout, done.stderr.count("\n")), done)
                self.assertTrue(done.stderr.startswith("demo: "), done.stderr)
        done = run(self.home, "--help")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.check_nothing_left()


def run(home, *options):
    return subprocess.run([places.PROGRAMS / "waybill-demo", *options], capture_output=True, text=True, timeout=PATIENCE,
                          env=plain_environment(home))


if __name__ == "__main__":
    main()
