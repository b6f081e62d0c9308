"""Spotlight, Sentry's own viewer for developers, on what our web service and worker send to Sentry."""

import http.client
import json
import socket
import time

from drive.processes import PATIENCE, Process
from drive.runner import main
from sentry_journey import SentryJourney, spotlight_command


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Spotlight(SentryJourney):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.viewer = self.start(Process(spotlight_command(self.port), self.home, NO_COLOR="1"))
        until = time.monotonic() + PATIENCE
        while not self.is_healthy():
            self.assertLess(time.monotonic(), until, f"Spotlight does not come up:\n{''.join(self.viewer.errors)}")
            time.sleep(0.1)

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def is_healthy(self):
        try:
            return self.ask("GET", "/health")[1].strip() == "OK"
        except OSError:
            return False

    def replayed(self, wanted):
        """(header, item's header, payload) of what it has kept, once there are so many envelopes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/stream", headers={"Accept": "text/event-stream"})
            stream = connection.getresponse()
            envelopes = []
            while len(envelopes) < wanted:
                line = stream.readline().decode()
                self.assertTrue(line, "the stream has ended")
                if line.startswith("data:"):
                    envelopes.append(json.loads(line[5:]))
            return [(header, item, payload) for header, items in envelopes for item, payload in items]
        finally:
            connection.close()

    def tool(self, name, **arguments):
        """What an assistant is told by its MCP server."""
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        _, answer = self.ask("POST", "/mcp", json.dumps(call), **{
            "Content-Type": "application/json", "Accept": "application/json, text/event-stream"})
        data = next(line[5:] for line in answer.splitlines() if line.startswith("data:")) if "data:" in answer else answer
        return "\n".join(part["text"] for part in json.loads(data)["result"]["content"])

    def test_one_tree(self):
        """It shows request and task as one tree, below the span that published, and both envelopes describe it alike."""
        dsn = f"http://key@127.0.0.1:{self.port}/1"
        sent, started, _ = self.run_journey(dsn, dsn)
        # Two requests, two waits, two tasks; and at least one envelope of events.
        kept = [(header, payload) for header, item, payload in self.replayed(7) if item["type"] == "transaction"
                and payload["contexts"]["trace"]["trace_id"] == sent["trace_id"]]
        by_name = {payload["transaction"]: payload for _, payload in kept}
        self.assertEqual({"POST /api/deploy", "queued deployment", "task:deployment/deploy"}, set(by_name))

        spans = {}
        for payload in by_name.values():
            spans[payload["contexts"]["trace"]["span_id"]] = payload["contexts"]["trace"]
            spans |= {span["span_id"]: span for span in payload["spans"]}
        self.assertEqual({sent["trace_id"]}, {span["trace_id"] for span in spans.values()})
        roots = [span["span_id"] for span in spans.values() if not span.get("parent_span_id")]
        self.assertEqual([sent["server_span_id"]], roots)
        for span in spans.values():
            self.assertIn(span.get("parent_span_id"), {None, *spans}, f"{span} is an orphan")
        task = by_name["task:deployment/deploy"]["contexts"]["trace"]
        self.assertEqual(started["task_span_id"], task["span_id"])
        self.assertEqual(sent["producer_span_id"], task["parent_span_id"])
        self.assertEqual("queue.publish", spans[sent["producer_span_id"]]["op"])

        headers = [header["trace"] for header, _ in kept]
        self.assertEqual(3, len(headers))
        for header in headers:
            self.assertEqual(headers[0], header)
        self.assertEqual((sent["trace_id"], "key", "shop@1", "true"),
                         tuple(headers[0][key] for key in ("trace_id", "public_key", "release", "sampled")))

        told = self.tool("get_traces", traceId=sent["trace_id"])
        names = ["POST /api/deploy", "send deployment", "task:deployment/deploy", "k8s.apply: deployment"]
        places = [told.find(name) for name in names]
        self.assertEqual(sorted(places), places, told)
        self.assertNotIn(-1, places, told)
        for line in told.splitlines():  # of less than a millisecond it says "unknown"
            if "task:" in line or "queued" in line or "k8s.apply" in line:
                self.assertRegex(line, r"\d+ms\]")


if __name__ == "__main__":
    main()
