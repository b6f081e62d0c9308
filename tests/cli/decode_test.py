"""waybill decode: what it makes of messages as the queues' clients write them, and of what people paste."""

import base64
import json
import re

from drive import places
from drive.collector import waybill
from drive.runner import Claims, main

TRACE = "d7d4260b0d9e4262b4732349ac3e2bd9"
SPAN = "863009af4a76f08c"
MESSAGES = places.SOURCE_DIR / "tests" / "data" / "messages"

# file → kind, place of the first header, and what is continued: format, sampled, trace, span
KINDS = {
    "activejob.json": ("ActiveJob job", "__otel_headers", "tracecontext", True, TRACE, SPAN),
    "amqplib_otel_console_log.txt": ("AMQP message", "properties.headers", "tracecontext", True, "38b66abf37f4f6154f10868074304019", "88878767a52558b3"),
    "amqplib_sentry_console_log.txt": ("AMQP message", "properties.headers", "sentry", True, "7d5bc191d2a645b481924bc3a22bce7b", "9718cd3a8992f026"),
    "amqplib_sentry_rabbitmq_get.json": ("AMQP message", "properties.headers", "sentry", True, "7d5bc191d2a645b481924bc3a22bce7b", "9718cd3a8992f026"),
    "bullmq_otel_console_log.txt": ("BullMQ job", "opts.telemetry.metadata", "tracecontext", True, "c44d7fc7f3d5e56f03620a69d730064f", "fca5f2512091a016"),
    "bullmq_otel_hgetall.txt": ("BullMQ job", "opts.tm", "tracecontext", True, "c44d7fc7f3d5e56f03620a69d730064f", "fca5f2512091a016"),
    "bullmq_otel_hgetall_piped.txt": ("BullMQ job", "opts.tm", "tracecontext", True, "c44d7fc7f3d5e56f03620a69d730064f", "fca5f2512091a016"),
    "bullmq_otel_hgetall_resp3.txt": ("BullMQ job", "opts.tm", "tracecontext", True, "c44d7fc7f3d5e56f03620a69d730064f", "fca5f2512091a016"),
    "bullmq_otel_to_json.json": ("BullMQ job", "opts.telemetry.metadata", "tracecontext", True, "c44d7fc7f3d5e56f03620a69d730064f", "fca5f2512091a016"),
    "celery_otel.json": ("Celery message", "headers", "tracecontext", True, "9f0e2b0d4b95cc3746ce6a421cc3d86c", "9ded648150a05a41"),
    "celery_otel_rabbitmq_get.json": ("Celery message", "properties.headers", "tracecontext", True, "e9bff04c0f3082c7857c072b0308c5c3", "5493e44fb6d7e82e"),
    "celery_sentry.json": ("Celery message", "headers", "sentry", True, "942924bbffe1442da581ab6be4c90030", "8d8d5a4e42db3d5a"),
    "celery_sentry_lrange.txt": ("Celery message", "headers", "sentry", True, "942924bbffe1442da581ab6be4c90030", "8d8d5a4e42db3d5a"),
    "celery_sentry_rabbitmq_get.json": ("Celery message", "properties.headers", "sentry", True, "8be552c280264d07a113d648200283ad", "86447bdfc968eb78"),
    "cloudevents.json": ("CloudEvents event", "", "tracecontext", True, TRACE, SPAN),
    "dramatiq_sentry.json": ("Dramatiq message", "options._sentry_headers", "sentry", True, "ab7204a0b6094657b91c2088e24de7fd", "9b101ac773446acd"),
    "dramatiq_sentry_delayed_hgetall_piped.txt": ("Dramatiq message", "options._sentry_headers", "sentry", True, "ab7204a0b6094657b91c2088e24de7fd", "88fa033fd2ac47f3"),
    "hatchet.json": ("Hatchet message", "additionalMetadata", "tracecontext", True, TRACE, SPAN),
    "huey_sentry.pickle": ("Huey task", "sentry_headers", "sentry", True, "edfaf54987844449a7479f4bf2ba97a2", "bb2fcf5ebe2d1da0"),
    "huey_sentry_lrange.txt": ("Huey task", "sentry_headers", "sentry", True, "edfaf54987844449a7479f4bf2ba97a2", "bb2fcf5ebe2d1da0"),
    "kafka_otel_console_log.txt": ("Kafka message", "message.headers", None, None, None, None),
    "kafka_otel_kafkajs.json": ("Kafka message", "headers", "tracecontext", True, "f5c52f4e64017d2adca1d89a7a63bf85", "5cc89ff4c41b01c5"),
    "kafka_otel_kcat.json": ("Kafka message", "headers", "tracecontext", True, "f5c52f4e64017d2adca1d89a7a63bf85", "5cc89ff4c41b01c5"),
    "kafka_otel_kcat_format.txt": ("a text that names headers", "", "tracecontext", True, "f5c52f4e64017d2adca1d89a7a63bf85", "5cc89ff4c41b01c5"),
    "kafka_otel_lambda.json": ("Lambda event of Kafka", "records.orders-0.0.headers", "tracecontext", True, "f5c52f4e64017d2adca1d89a7a63bf85", "5cc89ff4c41b01c5"),
    "kafka_sentry_console_consumer.txt": ("a text that names headers", "", "sentry", True, "9cc53dc769934f5e91186809e27081dd", "8ceef89611fcc1c3"),
    "kafka_sentry_console_log.txt": ("Kafka message", "message.headers", "sentry", None, "9cc53dc769934f5e91186809e27081dd", "8ceef89611fcc1c3"),
    "kafka_sentry_kafkajs.json": ("Kafka message", "headers", "sentry", True, "9cc53dc769934f5e91186809e27081dd", "8ceef89611fcc1c3"),
    "kafka_sentry_kcat.json": ("Kafka message", "headers", "sentry", True, "9cc53dc769934f5e91186809e27081dd", "8ceef89611fcc1c3"),
    "kafka_sentry_kcat_format.txt": ("a text that names headers", "", "sentry", True, "9cc53dc769934f5e91186809e27081dd", "8ceef89611fcc1c3"),
    "laravel_sentry.json": ("Laravel job", "", "sentry", True, "6fb8a328502a42b99d416dc154bc7037", "a87b46f9df6d493c"),
    "laravel_sentry_print_r.txt": ("Laravel job", "", "sentry", True, "6fb8a328502a42b99d416dc154bc7037", "a87b46f9df6d493c"),
    "laravel_sentry_var_dump.txt": ("Laravel job", "", "sentry", True, "6fb8a328502a42b99d416dc154bc7037", "a87b46f9df6d493c"),
    "laravel_sentry_var_export.txt": ("Laravel job", "", "sentry", True, "6fb8a328502a42b99d416dc154bc7037", "a87b46f9df6d493c"),
    "oban.json": ("Oban job", "meta", "tracecontext", True, TRACE, SPAN),
    "pika_otel_rabbitmq_get.json": ("AMQP message", "properties.headers", "tracecontext", True, "81bb471341d3150d0e7ee9c16157c7ac", "f2eef492772bfa67"),
    "pubsub.json": ("Pub/Sub push", "message.attributes", "tracecontext", True, TRACE, SPAN),
    "rq_sentry_hgetall.txt": ("RQ job", "meta._sentry_trace_headers", "sentry", True, "c8484b72c9c746c7a98c869bd3738845", "a5498020e97bc211"),
    "rq_sentry_hgetall_piped.txt": ("a text with a sentry-trace in it", "", "sentry", True, "c8484b72c9c746c7a98c869bd3738845", "a5498020e97bc211"),
    "rq_sentry_redis_cli_json.txt": ("RQ job", "meta._sentry_trace_headers", "sentry", True, "c8484b72c9c746c7a98c869bd3738845", "a5498020e97bc211"),
    "sidekiq_otel.json": ("Sidekiq job", "", "tracecontext", True, TRACE, SPAN),
    "sidekiq_sentry.json": ("Sidekiq job", "trace_propagation_headers", "sentry", True, "903667df526340128afd352cd5900250", "91b2431f19af4aa4"),
    "sidekiq_sentry_inspect.txt": ("Sidekiq job", "trace_propagation_headers", "sentry", True, "903667df526340128afd352cd5900250", "91b2431f19af4aa4"),
    "sidekiq_sentry_scheduled_zrange.txt": ("Sidekiq job", "trace_propagation_headers", "sentry", True, "903667df526340128afd352cd5900250", "91b2431f19af4aa4"),
    "sns.json": ("SNS notification", "MessageAttributes._datadog.Value", "datadog", True, TRACE, SPAN),
    "sns_otel.json": ("SNS notification", "MessageAttributes", "tracecontext", True, "833f804c4af76ff4ab68d582f2a442ce", "37cd20ba27b56460"),
    "sns_otel_in_sqs.json": ("SNS notification in the body of the SQS message", "Body.MessageAttributes", "tracecontext", True, "833f804c4af76ff4ab68d582f2a442ce", "37cd20ba27b56460"),
    "sqs_otel_aws_cli.json": ("SQS message", "MessageAttributes", "tracecontext", True, "76a6637e978337b8847a66edfbc20afe", "a261dd8517dbdbff"),
    "sqs_otel_boto3_repr.txt": ("SQS message", "MessageAttributes", "tracecontext", True, "76a6637e978337b8847a66edfbc20afe", "a261dd8517dbdbff"),
    "sqs_otel_lambda.json": ("Lambda event of SQS", "Records.0.messageAttributes", "tracecontext", True, "76a6637e978337b8847a66edfbc20afe", "a261dd8517dbdbff"),
    "sqs_otel_pprint.txt": ("SQS message", "MessageAttributes", "tracecontext", True, "76a6637e978337b8847a66edfbc20afe", "a261dd8517dbdbff"),
    "taskiq_otel.json": ("Taskiq task", "labels", "tracecontext", True, "f28f759b040c13c2ba0095dacf617e59", "198c4bdb651a076b"),
    "taskiq_otel_xrange.txt": ("Taskiq task", "labels", "tracecontext", True, "f28f759b040c13c2ba0095dacf617e59", "a1e0ff5f36721a82"),
    "temporal.json": ("Temporal headers", "fields._tracer-data", "tracecontext", True, TRACE, SPAN),
}

# Messages of producers that had nothing on that writes a context.
WITHOUT = {
    "bullmq_none_hgetall.txt": "BullMQ job",
    "dramatiq_none_hgetall.txt": "Dramatiq message",
    "huey_none_lrange.txt": "Huey task",
    "rq_none_hgetall.txt": "RQ job",
    "sqs_none_not_asked.json": "SQS message",
}


class Decode(Claims):
    def decoded(self, *text):
        return json.loads(waybill(self.home, "decode", "--json", *text).stdout)

    def of_file(self, name, *options, code=0):
        with open(MESSAGES / name, "rb") as file:
            return waybill(self.home, "decode", *options, "-", stdin=file, code=code)

    def test_messages(self):
        """Each system's message is called by its name, and what lies in it is continued, in whatever notation it is pasted."""
        self.assertEqual(sorted([*KINDS, *WITHOUT]), sorted(path.name for path in MESSAGES.iterdir() if path.suffix != ".md"))
        for name, (kind, place, source, sampled, trace, span) in KINDS.items():
            with self.subTest(name):
                told = json.loads(self.of_file(name, "--json").stdout)
                self.assertEqual(kind, told["kind"])
                self.assertEqual(place, told["headers"][0]["place"])
                self.assertEqual(source and {"trace_id": trace, "span_id": span, "sampled": sampled, "by": source}, told["continued"])
                self.assertTrue(all(header["read_by"] for header in told["headers"]))
                self.assertNotIn("\ufffd", self.of_file(name).stdout)
                if "sentry" in name and "_piped" not in name and "console_log" not in name.removeprefix("amqplib_sentry_"):
                    self.assertIn({"name": "sentry-trace_id", "value": trace}, [field for header in told["headers"] for field in header["fields"]])

    def test_without(self):
        """A message without a context is known all the same, and it is told where a context would have been."""
        for name, kind in WITHOUT.items():
            with self.subTest(name):
                done = self.of_file(name, code=1)
                self.assertEqual(("", 1), (done.stdout, done.stderr.count("\n")))
                self.assertIn(kind + ", which would have one in ", done.stderr)
                told = json.loads(self.of_file(name, "--json", code=1).stdout)
                self.assertEqual((kind, [], None), (told["kind"], told["headers"], told["continued"]))
        self.assertIn("--message-attribute-names All", self.of_file("sqs_none_not_asked.json", code=1).stderr)

    def test_verdict(self):
        """The first line says whether there is a trace context, and whether it would be continued."""
        for text, says in ((f"00-{TRACE}-{SPAN}-01", "There is a trace context in it, and a worker would continue it."),
                           (f"00-{TRACE}-{SPAN}", "There is a trace context in it, but a worker cannot continue it"),
                           ("b3: 0", "There is a trace context in it, but a worker cannot continue it"),
                           ("baggage: a=b", "There is no trace in it")):
            with self.subTest(text):
                first, *others = waybill(self.home, "decode", text).stdout.split("\n")
                self.assertTrue(first.startswith(says), first)
        self.assertIn("xray, when OTEL_PROPAGATORS names it", waybill(self.home, "decode", f"Root=1-{TRACE[:8]}-{TRACE[8:]};Parent={SPAN};Sampled=1").stdout)

    def test_color(self):
        """Colour is for terminals and for those who ask for it; without it, not a word is different."""
        text = f"00-{TRACE}-{SPAN}"
        colored = waybill(self.home, "decode", "--color", "always", text).stdout
        self.assertTrue(colored.startswith("\x1b[1mThere is"), colored)
        plain = waybill(self.home, "decode", text).stdout
        self.assertNotIn("\x1b", plain)
        self.assertEqual(plain, re.sub(r"\x1b\[\d*m", "", colored))
        self.assertNotIn("\x1b", waybill(self.home, "decode", "--color", "never", text, TERM="xterm").stdout)

    def test_several(self):
        """Of several messages one is told, and that there are more."""
        for name, says in (("celery_sentry_lrange.txt", "2 messages, of which this is the first"),
                           ("sqs_otel_aws_cli.json", "2 messages, of which this is the first")):
            self.assertIn(says, json.loads(self.of_file(name, "--json").stdout)["notes"])
        line = json.dumps({"topic": "orders", "partition": 0, "offset": 1, "headers": ["traceparent", f"00-{TRACE}-{SPAN}-01"]})
        self.assertIn("of the messages in it, this is the first; 2 behind it are not told", self.decoded("\n".join([line] * 3))["notes"])
        told = self.decoded(json.dumps([{"a": {}, "b": 1}, {"traceparent": f"00-{TRACE}-{SPAN}-01", "b": 1}]))
        self.assertIn("2 messages, of which this is number 2, the first with a context", told["notes"])

    def test_cut(self):
        """Node's console.log cuts long buffers: that is told, and what is left is not taken for whole."""
        told = json.loads(self.of_file("kafka_otel_console_log.txt", "--json").stdout)
        self.assertIn("lacks the end of a value", told["notes"][0])
        self.assertIsNone(told["continued"])

    def test_pickles(self):
        """What a pickle or a compressed call holds is not looked for by running it, and that is told."""
        told = json.loads(self.of_file("rq_sentry_hgetall.txt", "--json").stdout)
        self.assertIn({"name": "data", "value": "compressed, and not opened: a context does not lie there"}, told["facts"])

    def test_what_else(self):
        """The times and attempts that the message tells are told in words; another trace is a link."""
        told = json.loads(self.of_file("sqs_otel_aws_cli.json", "--json").stdout)
        self.assertIn({"name": "Attributes.ApproximateReceiveCount", "value": "1: attempt 1"}, told["facts"])
        self.assertTrue(any("a link" in note for note in told["notes"]), told["notes"])
        told = json.loads(self.of_file("celery_otel_rabbitmq_get.json", "--json").stdout)
        self.assertIn({"name": "properties.headers.retries", "value": "0: attempt 1"}, told["facts"])
        self.assertIn({"name": "retries", "value": "1: attempt 2"}, self.decoded('{"retries": 1, "traceparent": "x"}')["facts"])

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

    def test_notations(self):
        """A context is found in what tools print and people copy, with the values as they were sent."""
        parent, sentry = f"00-{TRACE}-{SPAN}-01", f"{TRACE}-{SPAN}-1"
        packed = base64.b64encode(json.dumps({"traceparent": parent}).encode()).decode()
        for text, kind, place, why in (
                (f"> POST / HTTP/1.1\n> traceparent: {parent}\n> baggage: a=b\n>\n}} [13 bytes data]\n{{\"ok\":true}}", "headers", "", "curl -v"),
                (json.dumps({"request": {"headers": [{"name": "sentry-trace", "value": sentry}]}}), "metadata as JSON", "request.headers", "HAR"),
                (f"accept\n*/*\nbaggage\na=b\nsentry-trace\n{sentry}\nuser-agent\nMozilla/5.0 (X11)", "headers", "", "a browser's panel"),
                (f"accept:\n*/*\nsentry-trace:\n{sentry}", "headers", "", "a browser's panel, with colons"),
                (f'await fetch("http://a/", {{\n  "headers": {{\n    "sentry-trace": "{sentry}"\n  }}\n}});', "a text with metadata in it", "headers", "copy as fetch"),
                (f'level=info msg="got one" traceparent={parent} baggage=tenant=acme,a=b offset=5', "a text that names headers", "", "logfmt"),
                (f'12:00:00 INFO consumer: {{"headers": {{"traceparent": "{parent}"}}}}', "a text with metadata in it", "headers", "JSON in a log"),
                (f"INFO:root:received [('traceparent', b'{parent}'), ('baggage', b'a=b')]", "a text with metadata in it", "", "Python's pairs of bytes"),
                (f"ConsumerRecord(topic = o, partition = 0, offset = 5, headers = RecordHeaders(headers = [RecordHeader(key = traceparent, value = {list(parent.encode())})], isReadOnly = false), key = k)", "Kafka message", "headers.headers", "Java's ConsumerRecord"),
                (f"[otel] span started {parent} (remote)", "a text with a traceparent in it", "", "a log line without names"),
                (f'-[ RECORD 1 ]---\nid       | 5\nmetadata | {{"traceparent": "{parent}"}}\n', "a text with metadata in it", "", "psql -x"),
                (f'5,deploy,"{{""traceparent"": ""{parent}""}}",1', "a text with metadata in it", "", "CSV"),
                (f"{{'REQUEST_METHOD': 'GET', 'HTTP_TRACEPARENT': '{parent}'}}", "a text with metadata in it", "", "WSGI"),
                (packed, "metadata as JSON", "", "base64"),
                (f"map[Traceparent:[{parent}]]", "a text with metadata in it", "", "Go's http.Header"),
                (f'{{"class" => "HardJob", "jid" => "1", "args" => [], "traceparent" => "{parent}"}}', "Sidekiq job", "", "Ruby 3.4"),
                (f"headers:\n  traceparent: {parent}\n", "headers", "", "YAML"),
                (json.dumps({"events": [{"header": {"fields": {"_tracer-data": {"metadata": {}, "data": packed}}}}]}), "metadata as JSON", "events.0.header.fields._tracer-data", "temporal workflow show"),
                (json.dumps({"receivedMessages": [{"ackId": "a", "message": {"attributes": {"googclient_traceparent": parent}}}]}), "Pub/Sub push", "message.attributes", "Pub/Sub's pull"),
                (json.dumps({"topic": "o", "partition": 0, "offset": 1, "headers": [{"name": "traceparent", "value": base64.b64encode(parent.encode()).decode()}]}), "Kafka message", "headers", "Kafka's REST proxy"),
                (f'{{"headers": {{"task": "a", "traceparent": "{parent}", "bagg', "a text that names headers", "", "cut off JSON"),
                (json.dumps(json.dumps({"traceparent": parent})), "a text with metadata in it", "", "JSON in JSON"),
                (f"1) \"traceparent\"\n2) \"{parent}\"\n", "a reply of Redis", "", "a hash of nobody's"),
                (f"1795548228.09 [1 127.0.0.1:51234] \"LPUSH\" \"celery\" " + json.dumps(json.dumps({"headers": {"task": "a", "id": "b", "traceparent": parent}})), "Celery message", "headers", "redis-cli monitor"),
                (f'127.0.0.1:6379> HGETALL bull:a:1\n1) "name"\n2) "a"\n3) "data"\n4) "{{}}"\n5) "opts"\n6) ' + json.dumps(json.dumps({"tm": json.dumps({"traceparent": parent})})) + "\n127.0.0.1:6379> ", "BullMQ job", "opts.tm", "redis-cli with its prompt"),
                (f"worker-1  | {json.dumps({'headers': {'task': 'a', 'id': 'b', 'traceparent': parent}})}", "Celery message", "headers", "docker compose"),
                (f"Message(queue_name='default', actor_name='deploy', options={{'_sentry_headers': {{'sentry-trace': '{sentry}'}}}}, message_id='1')", "Dramatiq message", "options._sentry_headers", "Dramatiq's repr"),
                (f"ConsumerRecord(topic='o', partition=0, offset=0, headers=(('traceparent', b'{parent}'),))", "Kafka message", "headers", "aiokafka's repr"),
                (f"<Context: {{'task': 'shop.deploy', 'id': 'e5', 'root_id': 'e5', 'traceparent': '{parent}'}}>", "Celery message headers", "", "Celery's request"),
                (f"curl -H 'traceparent: {parent}' -d '{{\"class\":\"A\",\"jid\":\"1\",\"args\":[]}}' http://a", "headers", "", "a message without, in a request with"),
                (f'INFO job={{"class":"A","jid":"1","args":[]}} traceparent={parent}', "a text that names headers", "", "a message without, in a log with"),
                (f"TRACEPARENT={parent} ./job --all", "headers", "", "a command's variable"),
                (f"sentry-trace={sentry}&baggage=a%3Db", "headers", "", "a query"),
                (f"https://example.com/?traceparent={parent}&x=1", "a text that names headers", "", "a link"),
                (f"`traceparent: {parent}`", "headers", "", "from a chat"),
                (f"headers:\nbaggage:\ttenant=acme\ntraceparent:\t{parent}", "headers", "", "RabbitMQ's page")):
            with self.subTest(why):
                told = self.decoded(text)
                self.assertEqual((kind, place), (told["kind"], told["headers"][0]["place"]))
                self.assertEqual((TRACE, SPAN, True), (told["continued"]["trace_id"], told["continued"]["span_id"], told["continued"]["sampled"]))
                self.assertEqual(len(told["headers"]), len({header["header"] for header in told["headers"]}))
        waybill(self.home, "decode", "hello world, no baggage: sorry", code=1)

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
                                 (['{"class":"A","jid":"1","args":[]}'], 1, "a Sidekiq job, which would have one in the message itself (OpenTelemetry), trace_propagation_headers (Sentry)"),
                                 (["\n\n"], 1, "no trace context"), (["{" * 3000 + "'" * 3000], 1, "no trace context")):
            done = waybill(self.home, "decode", *text, code=code)
            self.assertEqual(("", 1), (done.stdout, done.stderr.count("\n")))
            self.assertIn(says, done.stderr)
        done = waybill(self.home, "decode", "baggage: a=\x1b[31mred\nsentry-trace: \u202ex")
        self.assertNotIn("\x1b", done.stdout)
        self.assertNotIn("\u202e", done.stdout)
        file = MESSAGES / "temporal.json"
        self.assertIn(f"this is the name of a file; to decode what is in it: waybill decode - < {file}", waybill(self.home, "decode", file, code=1).stderr)
        for text in ("{a", "array (", "[1,", "{'", "1) ", "a('"):  # none of which ends
            waybill(self.home, "decode", text * (100_000 // len(text)), code=1)
        listed = self.decoded(f'[["traceparent", "00-{TRACE}-{SPAN}-01"], ["x", "y"]]')
        self.assertEqual(("metadata as JSON", SPAN), (listed["kind"], listed["continued"]["span_id"]))
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
        for name in KINDS:
            for line in self.of_file(name).stdout.splitlines():
                self.assertTrue(len(line) <= 80 or " " not in line.strip() or len(line.split()[0]) > 13, line)


if __name__ == "__main__":
    main()
