"""waybill serve under more than it can take: bounded memory, refusals that say when to come back, and nothing acknowledged lost."""

import gzip
import http.client
import os
import re
import socket
import threading
import time

import otlp
from drive import places
from drive.collector import Collector, waybill
from drive.processes import PATIENCE, Process
from drive.runner import Claims, main
from load import Load, assert_whole, load

SECONDS = float(os.environ.get("WAYBILL_OVERLOAD_SECONDS", "6"))  # of each overload; the claim is about minutes
MEMORY_LIMIT = 256 << 20
ANSWER_LIMIT = 15  # seconds for list and show on a machine that is busy with the overload; alone they take milliseconds
PROTOBUF = "application/x-protobuf"


class SlowServer(Process):
    """waybill serve, whose disk takes 10 ms for each request."""

    def __init__(self, home, store):
        super().__init__([places.PROGRAMS / "faulty-serve", "slow", store], home)
        self.url = self.line("listening on ").split("listening on ")[1].split(" ")[0]


def peak_memory(pid):
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) << 10


def post(url, body, **headers):
    """Status and headers of the answer; 0 if it was given, and the connection closed, long before the body was sent."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=2 * PATIENCE)
    try:
        connection.request("POST", "/v1/traces", body, {"Content-Type": PROTOBUF} | headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
    except (BrokenPipeError, ConnectionResetError):
        return 0, {}
    finally:
        connection.close()


class Overload(Claims):
    def assert_small(self, server):
        if not places.SANITIZED:
            self.assertLess(peak_memory(server.pid), MEMORY_LIMIT)

    def read_meanwhile(self, url, busy):
        """list and show go on being answered while a load is under way; returns how long the slowest took."""
        slowest = 0
        while busy():
            begun = time.monotonic()
            listed = waybill(self.home, "list", "--from", url, "--limit", "3", "--json").stdout
            trace = re.search(r'"([0-9a-f]{32})"', listed)[1]
            waybill(self.home, "show", trace, "--from", url, "--json")
            slowest = max(slowest, time.monotonic() - begun)
            time.sleep(0.2)
        self.assertLess(slowest, ANSWER_LIMIT)
        return slowest

    def test_slow_store(self):
        """Offered ten times what its disk takes, it refuses the rest, each with Retry-After, and answers readers."""
        journal = self.home / "acknowledged"
        with SlowServer(self.home, self.home / "store") as server:
            first = load(self.home, server.url, connections=1, batch=200, spans=2000)
            with Load(self.home, server.url, connections=200, batch=5000, first=1_000_000, seconds=SECONDS,
                      acknowledged=journal) as clients:
                slowest = self.read_meanwhile(server.url, clients.is_running)
                outcome = clients.outcome(SECONDS + 2 * PATIENCE)
            print(f"  {outcome['status_200']} taken, {outcome['status_429'] + outcome['status_503']} refused,"
                  f" list and show {slowest:.2f} s, {peak_memory(server.pid) >> 20} MiB")
            self.assertGreater(first["status_200"], 0)
            self.assertGreater(outcome["status_200"], 0)
            self.assertGreater(outcome["status_429"] + outcome["status_503"], 0)
            self.assertEqual((0, 0, 0), (outcome["without_retry_after"], outcome["other_status"], outcome["partial"]), outcome)
            self.assert_small(server)
            assert_whole(self, load(self.home, server.url, only_check=journal, check=300, connections=4))

    def test_many_clients(self):
        """Two hundred clients that never pause are served as fast as the machine can, in bounded memory."""
        journal = self.home / "acknowledged"
        with Collector(self.home) as server:
            load(self.home, server.url, connections=1, batch=200, spans=2000)
            with Load(self.home, server.url, connections=200, batch=1000, first=1_000_000, seconds=SECONDS,
                      acknowledged=journal) as clients:
                slowest = self.read_meanwhile(server.url, clients.is_running)
                outcome = clients.outcome(SECONDS + 2 * PATIENCE)
            print(f"  {outcome['status_200']} taken, {outcome['status_429'] + outcome['status_503']} refused,"
                  f" list and show {slowest:.2f} s, {peak_memory(server.pid) >> 20} MiB")
            self.assertGreater(outcome["status_200"], 0)
            self.assertEqual((0, 0, 0), (outcome["without_retry_after"], outcome["other_status"], outcome["partial"]), outcome)
            self.assert_small(server)
            assert_whole(self, load(self.home, server.url, only_check=journal, check=300, connections=4))

    def test_large_bodies(self):
        """Bodies of 4 MB from two hundred clients, and gzip that unpacks to 30 and 60 MB, do not take its memory."""
        journal = self.home / "acknowledged"
        some = otlp.request(2000)
        bombs = {413: gzip.compress(some * (60_000_000 // len(some)), 1), 0: gzip.compress(some * (30_000_000 // len(some)), 1)}
        answers = []
        with Collector(self.home) as server:
            until = time.monotonic() + SECONDS

            def send_bombs(expected):
                while time.monotonic() < until:
                    answers.append((expected, *post(server.url, bombs[expected], **{"Content-Encoding": "gzip"})))

            threads = [threading.Thread(target=send_bombs, args=(expected,)) for expected in bombs for _ in range(10)]
            with Load(self.home, server.url, connections=200, batch=11_000, seconds=SECONDS, acknowledged=journal) as clients:
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                outcome = clients.outcome(SECONDS + 4 * PATIENCE)
            print(f"  {outcome['status_200']} taken, {outcome['status_429'] + outcome['status_503']} refused,"
                  f" {len(answers)} of gzip, {peak_memory(server.pid) >> 20} MiB")
            self.assertGreater(outcome["status_200"], 0)
            self.assertEqual((0, 0, 0), (outcome["without_retry_after"], outcome["other_status"], outcome["partial"]), outcome)
            for expected, status, headers in answers:
                self.assertIn(status, (expected, 503, 429, 0) if expected else (200, 503, 429, 0))
                self.assertEqual(status in (503, 429), "Retry-After" in headers)
            self.assert_small(server)
            assert_whole(self, load(self.home, server.url, only_check=journal, check=300, connections=4))

    def test_slow_readers(self):
        """Clients that ask for large answers and do not take them hold bounded memory, and nobody else up."""
        trace = os.urandom(16)
        with Collector(self.home) as server:
            self.assertEqual(200, post(server.url, otlp.request(30_000, trace))[0])
            readers = []
            for _ in range(60):
                reader = socket.create_connection(server.url.removeprefix("http://").split(":"), PATIENCE)
                self.addCleanup(reader.close)
                reader.sendall(f"GET /api/traces/{trace.hex()} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                readers.append(reader)
            statuses = {int(reader.recv(12).split()[1]) for reader in readers}
            self.assertLessEqual(statuses, {200, 503})
            print(f"  {sorted(statuses)}, {peak_memory(server.pid) >> 20} MiB")
            self.assert_small(server)
            assert_whole(self, load(self.home, server.url, connections=2, spans=4000, batch=200, check=100))


if __name__ == "__main__":
    main()
