#include <waybill/wire/sentry_decode.hpp>

#include "../conformance/describe_records.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <vector>

using namespace waybill;
using testing::describe;

namespace {

const std::string trace = "11111111111111111111111111111111";
const std::string root_ids = R"("trace_id":")" + trace + R"(","span_id":"2222222222222222")";
const std::string times = R"("start_timestamp":1795504545.5,"timestamp":1795504546.25)";

std::string envelope(const std::string& type, const std::string& payload, const std::string& header = "{}") {
  return header + "\n{\"type\":\"" + type + "\"}\n" + payload + "\n";
}

// A transaction with all it needs, and more fields.
std::string transaction(const std::string& fields, const std::string& of_trace = {}) {
  return R"({"contexts":{"trace":{)" + root_ids + of_trace + "}}," + times + fields + "}";
}

// A span v2 with all it needs, and more fields.
std::string span_v2(const std::string& fields) {
  return R"({"version":2,"items":[{)" + root_ids +
         R"(,"start_timestamp":1795504545.5,"end_timestamp":1795504546.25)" + fields + "}]}";
}

std::string log(const std::string& fields) {
  return R"({"items":[{"timestamp":1795504545.5,"trace_id":")" + trace + "\"" + fields + "}]}";
}

sentry_envelope::decoded_envelope decoded(const std::string& body, std::string_view project = "7") {
  auto read = sentry_envelope::decode(body, project);
  if (!read) FAIL(read.error().message);
  return std::move(*read);
}

std::vector<span_record> spans_of(const sentry_envelope::decoded_envelope& from) {
  std::vector<span_record> spans;
  from.decoded.records.for_each_span([&](const span_record& span) { spans.push_back(span); });
  return spans;
}

span_record only_span(const sentry_envelope::decoded_envelope& from) {
  const auto spans = spans_of(from);
  REQUIRE(spans.size() == 1);
  return spans.front();
}

log_record only_log(const sentry_envelope::decoded_envelope& from) {
  std::vector<log_record> logs;
  from.decoded.records.for_each_log([&](const log_record& one) { logs.push_back(one); });
  REQUIRE(logs.size() == 1);
  return logs.front();
}

std::string text(std::span<const attribute> attributes, std::string_view key) {
  return describe(find_attribute(attributes, key));
}

}  // namespace

TEST_CASE("a transaction is a root span and its children, whatever comes first") {
  const std::string child =
      R"({"trace_id":")" + trace +
      R"(","span_id":"3333333333333333","parent_span_id":"2222222222222222","op":"queue.publish",)"
      R"("description":"mail","origin":"auto.queue.x","status":"internal_error",)" +
      times + R"(,"data":{"messaging.system":"redis","n":2},"tags":{"n":1,"flavour":"sweet"}})";
  const std::string spans = R"("spans":[)" + child + "]";
  const std::string of_trace =
      R"(,"parent_span_id":"4444444444444444","op":"http.server","status":"ok","origin":"auto.http.flask","data":{"a.b":1.5})";
  const std::string name = R"("transaction":"POST /mail")";
  const std::string before = "{" + spans + "," + transaction("," + name, of_trace).substr(1);
  for (const auto& payload : {transaction("," + spans + "," + name, of_trace), before}) {
    const auto read = decoded(envelope("transaction", payload));
    CHECK(read.decoded.report.first_problem.empty());
    const auto both = spans_of(read);
    REQUIRE(both.size() == 2);
    const auto& root = both[0];
    CHECK(root.trace.to_hex() == trace);
    CHECK(root.span.to_hex() == "2222222222222222");
    CHECK(root.parent->to_hex() == "4444444444444444");
    CHECK(root.name == "POST /mail");
    CHECK(root.kind == span_kind::server);
    CHECK(root.status == status_code::ok);
    CHECK(root.start == 1795504545'500000000);
    CHECK(root.end == 1795504546'250000000);
    CHECK(
        describe(root.attributes) ==
        R"({"a.b"=number:4609434218613702656 "sentry.op"="http.server" "sentry.origin"="auto.http.flask" })");
    const auto& inner = both[1];
    CHECK(inner.parent->to_hex() == "2222222222222222");
    CHECK(inner.name == "mail");
    CHECK(inner.kind == span_kind::producer);
    CHECK(inner.status == status_code::error);
    CHECK(inner.status_message == "internal_error");
    CHECK(describe(inner.attributes) == R"({"messaging.system"="redis" "n"=2 "flavour"="sweet" )"
                                        R"("sentry.op"="queue.publish" "sentry.origin"="auto.queue.x" })");
    CHECK(root.resource == inner.resource);
  }
}

TEST_CASE("a child without a trace or a parent has those of its transaction") {
  const auto read = decoded(envelope(
      "transaction", transaction(R"(,"spans":[{"span_id":"3333333333333333",)" + times + R"(,"op":"db"}])")));
  const auto both = spans_of(read);
  REQUIRE(both.size() == 2);
  CHECK(both[1].trace.to_hex() == trace);
  CHECK(both[1].parent->to_hex() == "2222222222222222");
  CHECK(both[1].name == "db");  // nothing better is known
  CHECK(both[1].kind == span_kind::client);
}

TEST_CASE("what a transaction says of its process is its resource, in OpenTelemetry's names") {
  const auto read = decoded(envelope(
      "transaction",
      transaction(
          R"(,"release":"shop@1.4.2","environment":"staging","server_name":"web-1","platform":"node","dist":"9",)"
          R"("sdk":{"name":"sentry.javascript.node","version":"11.12.0"},"extra":{"sys.argv":["web.py"]})")));
  CHECK(
      describe(only_span(read).resource->attributes) ==
      R"({"service.name"="web-1" "service.version"="1.4.2" "deployment.environment.name"="staging" )"
      R"("host.name"="web-1" "telemetry.sdk.name"="sentry.javascript.node" "telemetry.sdk.version"="11.12.0" )"
      R"("telemetry.sdk.language"="nodejs" "sentry.release"="shop@1.4.2" "sentry.dist"="9" )"
      R"("sentry.project_id"="7" "process.command_args"=["web.py" ] })");
}

TEST_CASE("the name of the service is the best that was said") {
  struct row {
    const char* fields;
    const char* of_contexts;
    std::string_view project;
    const char* name;
    const char* why;
  };
  const row rows[] = {
      {R"(,"release":"shop@1","server_name":"web-1")", R"(,"otel":{"resource":{"service.name":"api"}})", "7",
       "api", "OpenTelemetry's resource under Sentry's SDK"},
      {R"(,"release":"shop@1","server_name":"web-1")", "", "7", "web-1", "hosts tell web from worker"},
      {R"(,"release":"shop@1")", "", "7", "shop/7", "one release may serve two projects"},
      {R"(,"release":"shop@1")", "", "", "shop", "no project"},
      {R"(,"release":"d1f2c3")", "", "7", "project 7", "a commit is no name"},
      {"", "", "7", "project 7", "nothing but the DSN"},
      {"", "", "", "", "nothing at all"},
  };
  for (const auto& [fields, of_contexts, project, name, why] : rows) {
    CAPTURE(why);
    const std::string payload =
        R"({"contexts":{"trace":{)" + root_ids + "}" + of_contexts + "}," + times + fields + "}";
    const auto read = decoded(envelope("transaction", payload), project);
    CHECK(service_name(only_span(read).resource) == name);
  }
}

TEST_CASE("span v2 keeps types, links and what its attributes say of kind, status and process") {
  const auto read = decoded(envelope(
      "span",
      span_v2(
          R"(,"parent_span_id":"4444444444444444","name":"process q","status":"error","is_segment":true,"attributes":{)"
          R"("sentry.op":{"type":"string","value":"queue.process"},"sentry.kind":{"value":"consumer","type":"string"},)"
          R"("sentry.status.message":{"value":"not_found","type":"string"},)"
          R"("i":{"value":3,"type":"integer"},"d":{"type":"double","value":3},"b":{"value":true,"type":"boolean"},)"
          R"("l":{"value":["x",1],"type":"array"},"t":{"value":"5","type":"integer"},"n":{"value":null,"type":"string"},)"
          R"("sentry.release":{"value":"shop@2","type":"string"},)"
          R"("sentry.sdk.integrations":{"value":["Http"],"type":"array"}},)"
          R"("links":[{"trace_id":")" +
          std::string(32, '5') +
          R"(","span_id":"6666666666666666","sampled":true,"attributes":{"k":{"value":"v","type":"string"}}}])"),
      R"({"trace":{"trace_id":")" + trace +
          R"(","sample_rate":"0.5","transaction":"POST /mail","release":"shop@1"}})"));
  const auto span = only_span(read);
  CHECK(span.name == "process q");
  CHECK(span.kind == span_kind::consumer);
  CHECK(span.status == status_code::error);
  CHECK(span.status_message == "not_found");
  CHECK(
      describe(span.attributes) ==
      R"({"i"=3 "d"=number:4613937818241073152 "b"=true "l"=["x" 1 ] "t"=5 "sentry.dsc.sample_rate"="0.5" )"
      R"("sentry.dsc.transaction"="POST /mail" "sentry.dsc.release"="shop@1" "sentry.op"="queue.process" })");
  REQUIRE(span.links.size() == 1);
  CHECK(span.links[0].trace.to_hex() == std::string(32, '5'));
  CHECK(span.links[0].flags == 1);
  CHECK(text(span.links[0].attributes, "k") == R"("v")");
  CHECK(text(span.resource->attributes, "service.version") == R"("2")");
}

TEST_CASE("only where Python's SDK calls its own host server.address it is the host") {
  struct row {
    const char* sdk;
    const char* op;
    const char* host;
  };
  const row rows[] = {{"sentry.python.flask", "queue.task.celery", R"("worker-1")"},
                      {"sentry.python", "db.redis", "absent"},
                      {"sentry.javascript.node", "http.server", "absent"}};
  for (const auto& [sdk, op, host] : rows) {
    CAPTURE(op);
    const auto read = decoded(envelope(
        "span",
        span_v2(
            R"(,"attributes":{"server.address":{"value":"worker-1","type":"string"},"sentry.op":{"value":")" +
            std::string{op} + R"(","type":"string"},"sentry.sdk.name":{"value":")" + sdk +
            R"(","type":"string"}})")));
    const auto span = only_span(read);
    CHECK(text(span.resource->attributes, "host.name") == host);
    CHECK((text(span.attributes, "server.address") == "absent") == (std::string_view{host} != "absent"));
  }
}

TEST_CASE("a log item is a log record of its span") {
  const auto read = decoded(envelope(
      "log",
      log(R"(,"span_id":"2222222222222222","level":"warn","body":"half full","attributes":{)"
          R"("event.name":{"value":"waybill.task.end","type":"string"},"n":{"value":1,"type":"integer"},)"
          R"("server.address":{"value":"web-1","type":"string"}})")));
  const auto one = only_log(read);
  CHECK(one.trace->to_hex() == trace);
  CHECK(one.span->to_hex() == "2222222222222222");
  CHECK(one.time == 1795504545'500000000);
  CHECK(one.severity == 13);
  CHECK(one.severity_text == "warn");
  CHECK(one.event_name == "waybill.task.end");
  CHECK(one.body.as_text() == "half full");
  CHECK(describe(one.attributes) == R"({"n"=1 })");
  CHECK(text(one.resource->attributes, "host.name") == R"("web-1")");

  const auto older = only_log(decoded(envelope(
      "log",
      log(R"(,"severity_number":17,"attributes":{"sentry.trace.parent_span_id":{"value":"2222222222222222"}})"))));
  CHECK(older.span->to_hex() == "2222222222222222");
  CHECK(older.severity == 17);
}

TEST_CASE("a span that was sent alone is kept too") {
  const auto read = decoded(
      envelope("span", "{" + root_ids + "," + times +
                           R"(,"description":"INP","op":"ui.interaction.click","data":{"release":"x"}})"));
  CHECK(only_span(read).name == "INP");
}

TEST_CASE("values that SDKs write in other ways are read as what they mean") {
  struct row {
    const char* data;
    const char* value;
    const char* why;
  };
  const row rows[] = {
      {R"(9223372036854775807)", "9223372036854775807", "the largest integer"},
      {R"(9223372036854775808)", "number:4890909195324358656", "beyond it"},
      {R"(1e2)", "number:4636737291354636288", "an exponent"},
      {R"({"a":{"b":[1,{"c":true}]}})", R"({"a"={"b"=[1 {"c"=true } ] } })", "objects stay objects"},
      {R"("a\"b\u00e9")", R"("a"bé")", "escapes"},
      {R"(null)", "absent", "null says nothing"},
  };
  for (const auto& [data, value, why] : rows) {
    CAPTURE(why);
    const auto read = decoded(
        envelope("transaction", transaction("", R"(,"data":{"k\u0065y":)" + std::string{data} + "}")));
    CHECK(text(only_span(read).attributes, "key") == value);
  }
}

TEST_CASE("a kind is taken from the span before it is taken from the op") {
  struct row {
    const char* data;
    span_kind kind;
  };
  const row rows[] = {{R"("otel.kind":"SERVER")", span_kind::server},
                      {R"("otel.kind":"<SpanKind.CLIENT: 3>")", span_kind::client},
                      {R"("sentry.kind":"producer")", span_kind::producer},
                      {R"("otel.kind":7)", span_kind::consumer},
                      {R"("x":1)", span_kind::consumer}};
  for (const auto& [data, kind] : rows) {
    CAPTURE(data);
    const auto read = decoded(envelope(
        "transaction", transaction("", R"(,"op":"queue.process","data":{)" + std::string{data} + "}")));
    CHECK(only_span(read).kind == kind);
  }
}

TEST_CASE("spans that cannot be placed are left out, counted and told") {
  struct row {
    std::string payload;
    const char* problem;
  };
  const std::string zero_trace(32, '0');
  const row rows[] = {
      {R"({"transaction":"x",)" + times + "}", "A span without a trace id"},
      {R"({"contexts":{"trace":{"trace_id":")" + zero_trace + R"(","span_id":"2222222222222222"}},)" + times +
           "}",
       "A span without a trace id"},
      {R"({"contexts":{"trace":{"trace_id":")" + trace + R"(","span_id":"22222222"}},)" + times + "}",
       "A span without a span id"},
      {R"({"contexts":{"trace":{)" + root_ids + R"(,"parent_span_id":"no"}},)" + times + "}",
       "A span whose parent id"},
      {R"({"contexts":{"trace":{)" + root_ids + "}}}", "A span without a time at which it started"},
      {R"({"contexts":{"trace":{)" + root_ids + R"(}},"start_timestamp":"yesterday"})",
       "A span without a time at which it started"},
  };
  for (const auto& [payload, problem] : rows) {
    CAPTURE(payload);
    const auto read = decoded(envelope("transaction", payload));
    CHECK(read.decoded.records.span_count() == 0);
    CHECK(read.decoded.report.rejected_spans == 1);
    CHECK(read.decoded.report.first_problem.starts_with(problem));
  }
  const auto upper =
      decoded(envelope("transaction", R"({"contexts":{"trace":{"trace_id":")" + std::string(32, 'A') +
                                          R"(","span_id":"BBBBBBBBBBBBBBBB"}},)" + times + "}"));
  CHECK(only_span(upper).trace.to_hex() == std::string(32, 'a'));
}

TEST_CASE("what is no trace and no log is left out, and counted") {
  const std::string body =
      "{}\n{\"type\":\"session\"}\nnot json\n{\"type\":\"event\"}\n{\"level\":\"error\"}\n"
      "{\"type\":\"attachment\",\"length\":4}\n\n\xFF\n\n\n" +
      envelope("transaction", transaction("")).substr(3);
  const auto read = decoded(body);
  CHECK(read.other_items == 3);
  CHECK(read.decoded.records.span_count() == 1);
  CHECK(read.decoded.report.first_problem.empty());
}

TEST_CASE("an envelope that cannot be read is refused whole") {
  struct row {
    std::string body;
    failure_code code;
  };
  const std::string good = envelope("transaction", transaction(""));
  const row rows[] = {
      {"", failure_code::malformed},
      {"<html>", failure_code::malformed},
      {"[]\n", failure_code::malformed},
      {good + "{\"type\":\"transaction\"}\n{\"contexts\":\n", failure_code::malformed},
      {good + "{\"type\":\"span\"}\n[]\n", failure_code::malformed},
      {good + "{\"length\":1}\n{\n", failure_code::malformed},
  };
  for (const auto& [body, code] : rows) {
    CAPTURE(body);
    const auto read = sentry_envelope::decode(body, "7");
    REQUIRE_FALSE(read);
    CHECK(read.error().code == code);
  }
  const auto small = sentry_envelope::decode(good, "7", {.memory = 64});
  REQUIRE_FALSE(small);
  CHECK(small.error().code == failure_code::too_large);
}

TEST_CASE("bytes that are no UTF-8 do not cost the envelope") {
  const auto read = decoded(envelope("transaction", transaction(",\"transaction\":\"caf\xE9\"")));
  CHECK(only_span(read).name == "caf\xEF\xBF\xBD");
}

TEST_CASE("a transaction that is nearly all names is read within its memory") {
  std::string fields;
  for (const char* const value : {"1", "null", "\"x\""})
    fields += ",\"" + std::string(std::size_t{1} << 20, 'n') + "\":" + value;
  const std::string child = R"({"span_id":"3333333333333333",)" + times + "}";
  const auto read = decoded(envelope("transaction", transaction(fields + ",\"spans\":[" + child + "]")));
  CHECK(read.decoded.records.span_count() == 2);
}

TEST_CASE("many tags cost as much each as few, and each name is kept once") {
  std::string tags = R"("a tag 7":"of the trace's own")";
  for (int i = 0; i < 100'000; ++i) tags += ",\"a tag " + std::to_string(i) + "\":\"x\"";
  const auto before = std::clock();
  const auto read = decoded(envelope("transaction", transaction(",\"tags\":{" + tags + "}")));
  CHECK((std::clock() - before) / CLOCKS_PER_SEC < 5);  // looking through all before: a minute
  const auto span = only_span(read);
  CHECK(span.attributes.size() == 100'000);
  CHECK(text(span.attributes, "a tag 7") == R"("of the trace's own")");
  CHECK(text(span.attributes, "a tag 99999") == R"("x")");
}

TEST_CASE("an envelope says who it is and whose") {
  const auto told = sentry_envelope::identify(
      "{\"event_id\":\"c22bacaee8d84d44b5b82a990a3b7899\",\"dsn\":\"http://k@h/"
      "1\",\"x\":[1,{\"event_id\":2}]}\n{}");
  REQUIRE(told);
  CHECK(told->event_id == "c22bacaee8d84d44b5b82a990a3b7899");
  CHECK(told->dsn == "http://k@h/1");
  CHECK(sentry_envelope::identify("{\"event_id\":\"<script>\",\"dsn\":null}")->event_id.empty());
  CHECK_FALSE(sentry_envelope::identify("nonsense\n"));
}
