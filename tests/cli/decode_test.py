"""waybill decode: what it makes of messages as the queues' clients write them, and of what people paste."""

import json
import re

from drive import places
from drive.collector import waybill
from drive.runner import Claims, main

TRACE = "d7d4260b0d9e4262b4732349ac3e2bd9"
SPAN = "863009af4a76f08c"
MESSAGES = places.SOURCE_DIR / "tests" / "data" / "messages"

# file → kind, place of the first header, format, sampled
KINDS = {
    "celery": ("Celery message", "headers", "sentry", True),
    "sidekiq": ("Sidekiq job", "trace_propagation_headers", "sentry", True),
    "sidekiq_otel": ("Sidekiq job", "", "tracecontext", True),
    "bullmq": ("BullMQ job", "opts.tm", "tracecontext", True),
    "rq": ("RQ job", "meta", "sentry", True),
    "laravel": ("Laravel job", "", "sentry", True),
    "dramatiq": ("Dramatiq message", "options._sentry_headers", "sentry", False),
    "activejob": ("ActiveJob job", "__otel_headers", "tracecontext", True),
    "oban": ("Oban job", "meta", "tracecontext", True),
    "sqs": ("SQS message", "MessageAttributes", "tracecontext", True),
    "lambda_sqs": ("Lambda event of SQS", "Records.0.messageAttributes", "tracecontext", True),
    "sns": ("SNS notification", "MessageAttributes._datadog", "datadog", True),
    "kafka": ("Kafka message", "headers", "tracecontext", True),
    "pubsub": ("Pub/Sub push", "message.attributes", "tracecontext", True),
    "cloudevents": ("CloudEvents event", "", "tracecontext", True),
    "temporal": ("Temporal headers", "fields._tracer-data", "tracecontext", True),
    "hatchet": ("Hatchet message", "additionalMetadata", "tracecontext", True),
    "huey": ("Huey task", "kwargs.sentry_headers", "sentry", True),
}


class Decode(Claims):
    def decoded(self, *text):
        return json.loads(waybill(self.home, "decode", "--json", *text).stdout)

    def test_messages(self):
        """Each system's message is called by its name, and what lies in it is continued."""
        self.assertEqual(sorted(KINDS), sorted(path.stem for path in MESSAGES.glob("*.json")))
        for name, (kind, place, source, sampled) in KINDS.items():
            with self.subTest(name):
                told = self.decoded((MESSAGES / f"{name}.json").read_text())
                self.assertEqual(kind, told["kind"])
                self.assertEqual({"trace_id": TRACE, "span_id": SPAN, "sampled": sampled, "by": source}, told["continued"])
                self.assertTrue(told["headers"][0]["place"].startswith(place), told["headers"][0])
                self.assertTrue(all(header["read_by"] for header in told["headers"]))

    def test_what_else(self):
        """The times and attempts that the message tells are told in words; another trace is a link."""
        told = self.decoded((MESSAGES / "sqs.json").read_text())
        self.assertIn({"name": "Attributes.ApproximateReceiveCount", "value": "2: attempt 2"}, told["facts"])
        self.assertTrue(any("a link" in note for note in told["notes"]), told["notes"])
        told = self.decoded((MESSAGES / "celery.json").read_text())
        self.assertIn({"name": "headers.retries", "value": "1: attempt 2"}, told["facts"])

    def test_shapes(self):
        """A value without a name is known by its shape, and lines by their names."""
        for text, name in ((f"00-{TRACE}-{SPAN}-01", "traceparent"), (f"{TRACE}-{SPAN}-1", "sentry-trace"),
                           (f"{TRACE}-{SPAN}-d", "b3"), (f"{TRACE}-{SPAN}-1-{SPAN}", "b3"), (f"{TRACE}:{SPAN}:0:1", "uber-trace-id"),
                           (f"Root=1-{TRACE[:8]}-{TRACE[8:]};Parent={SPAN}", "x-amzn-trace-id"),
                           ("tenant=acme,a=b", "baggage"), (f"s=1795534000000;p={SPAN}", "waybill"),
                           (f"curl -H 'traceparent: 00-{TRACE}-{SPAN}-01' https://a", "traceparent"),
                           (f"export TRACEPARENT=00-{TRACE}-{SPAN}-01", "traceparent"),
                           (f"Diagnostic-Id: 00-{TRACE}-{SPAN}-01", "traceparent"), ("b3: 0", "b3")):
            with self.subTest(text):
                self.assertEqual([name], [header["header"] for header in self.decoded(text)["headers"]])

    def test_problems(self):
        """What is wrong is said precisely, and who minds."""
        for text, says in ((f"00-{TRACE[1:]}-{SPAN}-01", "31 digits where 32 are needed"),
                           (f"00-{TRACE}-{SPAN}-01-x", "behind the flags"),
                           (f"00-{TRACE}-{'0' * 16}-01", "all zeros"),
                           (f"ff-{TRACE}-{SPAN}-01", "forbidden"),
                           (f"00-{TRACE.upper()}-{SPAN}-01", "upper-case"),
                           (f"sentry-trace: {TRACE.upper()}-{SPAN}-1", "JavaScript and Python refuse"),
                           (f"sentry-trace: 00-{TRACE}-{SPAN}-01", "this is a traceparent"),
                           (f"TraceParent: 00-{TRACE}-{SPAN}-01", "ask for \"traceparent\""),
                           (f"b3: {TRACE}-{SPAN}", "drops it"), ("b3: 0", "there is no span"),
                           (f"{TRACE}%3A{SPAN}%3A0%3A1", "percent-encoded")):
            with self.subTest(text):
                problems = [problem for header in self.decoded(text)["headers"] for problem in header["problems"]]
                self.assertTrue(any(says in problem for problem in problems), problems)

    def test_careless(self):
        """Nothing, nonsense, too much, and hostile text end in one line or in words that a terminal can show."""
        for text, code, says in ((["hello"], 1, "no trace context"), ([], 2, "nothing to decode"), (['{"a":'], 1, "no trace context"),
                                 (['{"class":"A","jid":"1","args":[]}'], 1, "Sidekiq job")):
            done = waybill(self.home, "decode", *text, code=code)
            self.assertEqual(("", 1), (done.stdout, done.stderr.count("\n")))
            self.assertIn(says, done.stderr)
        done = waybill(self.home, "decode", "baggage: a=\x1b[31mred\nsentry-trace: \u202ex")
        self.assertNotIn("\x1b", done.stdout)
        self.assertNotIn("\u202e", done.stdout)
        waybill(self.home, "decode", "[" * 100000, code=1)
        waybill(self.home, "decode", '{"a":' * 20000 + "1" + "}" * 20000, code=1)

    def test_papers(self):
        """The runs in the paper look as they do, and its table has every place that is looked at."""
        paper = (places.SOURCE_DIR / "docs" / "decode.md").read_text()
        runs = re.findall(r"```\n\$ waybill decode ([^\n]*)\n(.*?)```", paper, re.DOTALL)
        self.assertEqual(2, len(runs))
        for argument, shown in runs:
            text = (MESSAGES / argument.removeprefix("- < ")).read_text() if argument.startswith("-") else argument
            self.assertEqual(shown, waybill(self.home, "decode", text).stdout)
        source = (places.SOURCE_DIR / "src/waybill/carrier/context_places.cpp").read_text()
        table = re.sub(r'"\s*\n\s*"', "", source[source.index("places[]"):source.index("other_names[]")])
        rows = re.findall(r'\{\s*"([^"]*)",\s*"[^"]*",\s*"([^"]*)",\s*"([^"]*)"\s*\}', table)
        self.assertGreater(len(rows), 20)
        for system, place, _ in rows:
            self.assertIn(f"| {system} | {f'`{place}`' if place else 'the message itself'} |", paper)

    def test_width(self):
        """Words for people fit 80 columns, unless one word alone does not."""
        for path in MESSAGES.glob("*.json"):
            for line in waybill(self.home, "decode", path.read_text()).stdout.splitlines():
                self.assertLessEqual(len(line), 100, line)


if __name__ == "__main__":
    main()
