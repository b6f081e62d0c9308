"""Processes of a test: listened to line by line, and ended by their own pid, whatever becomes of the test."""

import json
import os
import queue
import signal
import subprocess
import threading
import time

PATIENCE = 30  # seconds: far more than anything needs on a loaded machine; reached only when something hangs


def plain_environment(home, **more):
    """Nothing of the caller's own configuration (OTEL_*, SENTRY_*, proxies, colours) reaches what is tested."""
    kept = {name: value for name, value in os.environ.items()
            if name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")}
    return {**kept, "HOME": str(home), "TMPDIR": str(home), "LC_ALL": "C.UTF-8", **more}


def left_running(home):
    """The pids of all processes that were started with this home, by whoever."""
    mark = f"HOME={home}".encode()
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/environ", "rb") as environment:
                if mark in environment.read().split(b"\0"):
                    found.append(int(entry))
        except OSError:  # ended meanwhile, or not ours
            pass
    return found


class Process:
    """A process whose standard output is read as lines. Its end: closed input, a signal, or at last SIGKILL."""

    def __init__(self, command, home, **environment):
        self.command = [str(part) for part in command]
        self.errors = []
        self._lines = queue.Queue()
        self._process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            errors="replace", bufsize=1, env=plain_environment(home, **environment), start_new_session=True)
        self._readers = [threading.Thread(target=self._read_output, daemon=True),
                         threading.Thread(target=self._read_errors, daemon=True)]
        for reader in self._readers:
            reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.is_running():
            self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            try:
                pipe.close()
            except BrokenPipeError:
                pass

    @property
    def pid(self):
        return self._process.pid

    def is_running(self):
        return self._process.poll() is None

    def say(self, text):
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()

    def line(self, wanted="", within=PATIENCE):
        """The next line that contains this; those before it are lost."""
        until = time.monotonic() + within
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{self}: no line with {wanted!r} within {within} s{self._said()}") from None
            if line is None:
                self._lines.put(None)
                raise AssertionError(f"{self}: ended without a line with {wanted!r}{self._said()}")
            if wanted in line:
                return line.rstrip("\n")

    def message(self, event, within=PATIENCE):
        """The next line of JSON with this event."""
        return json.loads(self.line(f'"event":"{event}"', within))

    def rest(self):
        """The lines that are left, once it has ended."""
        lines = []
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            lines.append(line.rstrip("\n"))
        self._lines.put(None)
        return lines

    def rest_of_errors(self):
        """All that it wrote to standard error, once it and its children have ended."""
        self._readers[1].join(PATIENCE)
        return self.errors

    def close(self):
        """Peers end when their standard input does, and first send what they hold. Anything but exit 0 is a failure."""
        self._process.stdin.close()
        code = self.wait()
        assert code == 0, f"{self}: exit {code}{self._said()}"

    def interrupt(self, which=signal.SIGINT):
        os.kill(self.pid, which)
        return self.wait()

    def wait(self, within=PATIENCE):
        try:
            return self._process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self}: still running after {within} s{self._said()}") from None

    def _read_output(self):
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _read_errors(self):
        for line in self._process.stderr:
            self.errors.append(line)

    def _said(self):
        return "; it said:\n" + "".join(self.errors[-20:]) if self.errors else ""

    def __str__(self):
        return " ".join(os.path.basename(part) for part in self.command[:2])
