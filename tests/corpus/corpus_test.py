"""What real SDKs once sent, posted as it was to a real waybill serve, and waybill's waits held against the right answers."""

import concurrent.futures
import json
import tempfile
import pathlib
import urllib.request

from answers import find_wait, judge, read_attempts
from drive import places
from drive.collector import Collector
from drive.processes import PATIENCE
from drive.runner import Claims, main

CORPUS = places.SOURCE_DIR / "tests" / "data" / "corpus"
OWN_HEADERS = {"host", "content-length", "transfer-encoding", "connection", "expect", "accept-encoding", "te"}

# Cases with nothing but a busy worker whose spans do not tell the wait all the same.
NO_FIGURE = {
    "node-otel-sqs-plain": "the consumer's span is the poll; nothing tells when the handler began",
    "python-otel-botocore_sqs-plain": "no span works on the message",
    "java-otelagent-sqs-busy": "SQS can delay a message, and no span says whether it did",
}


def post(url, described):
    """One captured request, as it was sent. What came over gRPC goes to the path of HTTP."""
    request = json.loads(described.read_text())
    path, headers = request["path"], dict(request["headers"])
    kept = {name: value for name, value in headers.items() if name.lower() not in OWN_HEADERS}
    if path.startswith("/opentelemetry."):
        path = next(f"/v1/{signal}" for signal in ("traces", "logs", "metrics") if f"proto.collector.{signal[:-1]}" in path)
        kept = {name: value for name, value in kept.items() if not name.lower().startswith(("grpc-", ":", "content-type"))}
        kept["Content-Type"] = "application/x-protobuf"
    sent = urllib.request.Request(url + path, described.with_suffix(".body").read_bytes(), kept, method="POST")
    with urllib.request.urlopen(sent, timeout=PATIENCE) as answer:
        assert answer.status == 200, f"{described}: {answer.status}"


def look(case):
    """The verdict on each attempt of a case, and the wait that was shown."""
    attempts, clocks_differ = read_attempts(case)
    with tempfile.TemporaryDirectory(prefix="waybill-test-") as folder, Collector(pathlib.Path(folder)) as collector:
        for described in sorted(case.glob("[0-9]*.json")):
            post(collector.url, described)
        shown = {trace: collector.show(trace) for trace in {attempt.trace for attempt in attempts}}
    found = [(attempt, find_wait(shown[attempt.trace], attempt)) for attempt in attempts]
    return [(attempt, wait, judge(wait, attempt, clocks_differ)) for attempt, wait in found]


class Corpus(Claims):
    @classmethod
    def setUpClass(cls):
        cases = sorted(answer.parent for answer in CORPUS.glob("*/answer.json"))
        with concurrent.futures.ThreadPoolExecutor(2) as two:
            cls.seen = dict(zip((case.name for case in cases), two.map(look, cases)))

    def test_no_wrong_wait(self):
        """No age, backoff, scheduled delay or skewed clock is sold as a wait."""
        tally = {"right": 0, "unknown": 0, "wrong": 0}
        for case, attempts in self.seen.items():
            for attempt, wait, verdict in attempts:
                tally[verdict] += 1
                with self.subTest(case, attempt=attempt.name):
                    self.assertNotEqual("wrong", verdict, f"it waited {attempt.wait} s, shown was {wait}")
        print(f"{len(self.seen)} cases: {tally}", end=" ... ", flush=True)
        self.assertGreaterEqual(len(self.seen), 120)
        self.assertGreaterEqual(tally["right"], 192)

    def test_plain_busy_worker(self):
        """Where a worker was busy and nothing else was in the way, the wait is shown, and right."""
        looked_at = 0
        for case, attempts in self.seen.items():
            if case.rsplit("-", 1)[1] not in ("plain", "plain_gzip", "busy"):
                continue
            for attempt, wait, verdict in attempts:
                if attempt.wait < 1 or attempt.scheduled:  # what found the worker idle
                    continue
                looked_at += 1
                with self.subTest(case, attempt=attempt.name):
                    if case in NO_FIGURE:
                        self.assertEqual("unknown", verdict, f"{NO_FIGURE[case]}; shown was {wait}")
                    else:
                        self.assertEqual("right", verdict, f"it waited {attempt.wait} s, shown was {wait}")
        self.assertGreater(looked_at, 10)


if __name__ == "__main__":
    main()
