"""Sentry's SDKs, with default settings and a DSN of waybill serve: what they send is there, and so is the wait."""

import json
import time
import unittest

from drive import places
from drive.collector import Collector
from drive.processes import Process
from drive.runner import Claims, main
from journey import OTHER_PEERS

APART = 1.0  # seconds between the message and its work


class SentryServe(Claims):
    def shop(self, command, **environment):
        process = self.start(Process(command, self.home, **environment))
        process.message("ready")
        return process

    def check(self, command, key="key", **environment):
        """A message is sent by one process and worked on by another, each with an SDK of its own."""
        options = ["--token", key] if key != "key" else []
        server = self.start(Collector(self.home, *options))
        dsn = server.url.replace("http://", f"http://{key}@") + "/1"
        reading = ["--token", key] if options else []
        web, worker = (self.shop(command(dsn), **environment) for _ in range(2))
        web.say("order")
        sent = web.message("done")
        time.sleep(APART)
        worker.say(json.dumps(sent["metadata"]))
        done = worker.message("done")
        self.assertEqual(sent["trace_id"], done["trace_id"])
        shown = server.show(sent["trace_id"], *reading)
        spans = {row["span_id"] for row in shown["rows"] if row["kind"] == "span"}
        self.assertLessEqual({sent["span_id"], done["span_id"]}, spans)
        [wait] = shown["waits"]
        self.assertEqual(("orders", "kafka"), (wait["queue"], wait["system"]))
        longest = wait["observed_ns"] / 1e9
        self.assertTrue(APART - 0.05 <= longest <= APART + 20, shown["waits"])
        return shown

    def test_python(self):
        """Python's sentry_sdk sends transactions."""
        self.check(lambda dsn: [places.python_peer(), "-B", OTHER_PEERS / "sentry_shop.py", dsn])

    def node(self, wanted="@sentry/node", **options):
        return lambda dsn: [places.node_peer(), OTHER_PEERS / "sentry_shop.mjs", dsn, wanted, json.dumps(options)]

    def test_node(self):
        """@sentry/node 11 sends span v2."""
        self.check(self.node(), PEER_PACKAGES=str(places.PEERS / "node"))

    def test_node_static(self):
        """@sentry/node 11 sends transactions where it is asked to."""
        self.check(self.node(traceLifecycle="static"), PEER_PACKAGES=str(places.PEERS / "node"))

    def test_node_10(self):
        """@sentry/node 10 sends transactions."""
        if not (places.PEERS / "node/node_modules/sentry-node-10").is_dir():
            raise unittest.SkipTest("@sentry/node 10 is not installed; ./dev test does it where npm is")
        self.check(self.node("sentry-node-10"), PEER_PACKAGES=str(places.PEERS / "node"))

    def test_key_is_token(self):
        """Where the server asks for a token, the DSN's key is that token."""
        self.check(self.node(), key="s3cret", PEER_PACKAGES=str(places.PEERS / "node"))


if __name__ == "__main__":
    main()
