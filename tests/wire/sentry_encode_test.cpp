#include <waybill/record/wait_names.hpp>
#include <waybill/version.hpp>
#include <waybill/wire/sentry_log_encode.hpp>
#include <waybill/wire/sentry_span_words.hpp>
#include <waybill/wire/sentry_spans_encode.hpp>
#include <waybill/wire/sentry_trace_header.hpp>
#include <waybill/wire/sentry_transaction_encode.hpp>

#include "../conformance/sample_records.hpp"

#include <doctest/doctest.h>

#include <simdjson.h>

using namespace waybill;
using waybill::testing::sample_span;
using waybill::testing::sample_trace;

namespace {

span_record plain_span() {
  return {.trace = sample_trace(0x11),
          .span = sample_span(0x22),
          .name = "a span",
          .start = 1'700'000'000'000'000'999,
          .end = 1'700'000'008'400'000'001};
}

const attribute host[] = {{"service.name", "worker"}, {"host.name", "shop-1"}};
const resource worker{host};
const attribute of_task[] = {{"sentry.op", "hatchet.task"},
                             {"messaging.system", "hatchet"},
                             {"messaging.destination.name", "deployment"},
                             {"messaging.message.id", "m-1"},
                             {"waybill.attempt", 3},
                             {"waybill.wait.basis", "same_clock"},
                             {"messaging.message.receive.latency", 30200.5}};

span_record task_span() {
  span_record span = plain_span();
  span.parent = sample_span(0x33);
  span.flags = 0x301;
  span.kind = span_kind::consumer;
  span.name = "task:deployment/deploy";
  span.attributes = of_task;
  span.resource = &worker;
  return span;
}

std::string transaction_of(const span_record& root, std::string_view spans = {}) {
  std::string out;
  sentry_transaction::append(sentry_transaction::encode_span(root), spans,
                             sentry_transaction::encode_process(root.resource),
                             {.release = "shop@1", .environment = "production"}, out);
  return out;
}

bool is_json(std::string text) {
  simdjson::dom::parser parser;
  return !parser.parse(text).error();
}

std::string with_version(std::string text) {
  const auto at = text.find("VERSION");
  return at == text.npos ? text : with_version(text.replace(at, 7, std::string_view{version_text}));
}

}  // namespace

TEST_CASE("an op says what kind of work a span was") {
  struct row {
    span_kind kind;
    std::vector<attribute> attributes;
    std::string_view op, why;
  };
  using enum span_kind;
  for (const auto& [kind, attributes, op, why] : {
           row{internal, {{"sentry.op", "k8s"}, {"db.system", "mysql"}}, "k8s", "the user's own word"},
           row{internal, {}, "", "nothing is known"},
           row{producer, {}, "queue.publish", "by kind alone"},
           row{consumer, {}, "queue.process", "by kind alone"},
           row{client, {}, "", "a client of what?"},
           row{producer,
               {{"messaging.system", "kafka"}, {"messaging.operation.type", "send"}},
               "queue.publish",
               "a send"},
           row{producer,
               {{"messaging.system", "kafka"}, {"messaging.operation.type", "create"}},
               "queue.create",
               "one message of a batch"},
           row{client,
               {{"messaging.system", "kafka"}, {"messaging.operation", "receive"}},
               "queue.receive",
               "older conventions"},
           row{client,
               {{"messaging.system", "kafka"}, {"messaging.operation.type", "settle"}},
               "queue.settle",
               "an acknowledgement"},
           row{consumer,
               {{"messaging.system", "kafka"}, {"messaging.operation.name", "consume"}},
               "queue.process",
               "a word of its own: by kind"},
           row{client, {{"db.system.name", "postgresql"}}, "db", "a query"},
           row{client, {{"db.system", "redis"}}, "db", "older conventions"},
           row{client, {{"http.request.method", "GET"}}, "http.client", "a call"},
           row{server, {{"http.method", "GET"}}, "http.server", "older conventions"},
           row{client, {{"rpc.system", "grpc"}}, "grpc.client", "gRPC"},
           row{server, {{"rpc.system", "dubbo"}}, "rpc.server", "another one"},
           row{internal, {{"waybill.span", "queue_wait"}}, "queue.wait", "a wait that is drawn"},
       }) {
    CAPTURE(why);
    span_record span = plain_span();
    span.kind = kind;
    span.attributes = attributes;
    CHECK(sentry_words::op_of(span) == op);
  }
}

TEST_CASE("a status is one of Sentry's words") {
  struct row {
    status_code code;
    std::string_view message, type, word, why;
  };
  for (const auto& [code, message, type, word, why] : {
           row{status_code::unset, "", "", "ok", "nobody complained"},
           row{status_code::ok, "", "", "ok", "well"},
           row{status_code::error, "no such environment", "std::runtime_error", "internal_error", "as it is"},
           row{status_code::error, "the thread was ended inside the task", "cancelled", "cancelled",
               "by type"},
           row{status_code::error, "deadline_exceeded", "", "deadline_exceeded", "by message"},
           row{status_code::error, "", "", "internal_error", "no word at all"},
       }) {
    CAPTURE(why);
    const attribute attributes[] = {{"error.type", type}};
    span_record span = plain_span();
    span.status = code;
    span.status_message = message;
    if (!type.empty()) span.attributes = attributes;
    CHECK(sentry_words::status_of(span) == word);
  }
}

TEST_CASE("a segment begins where nothing in this process is the parent") {
  span_record span = plain_span();
  CHECK(sentry_words::begins_segment(span));
  span.parent = sample_span(1);
  span.flags = 0x101;
  CHECK(!sentry_words::begins_segment(span));
  span.flags = 0x301;
  CHECK(sentry_words::begins_segment(span));
  span.flags = 1;  // an older SDK, which does not say
  CHECK(!sentry_words::begins_segment(span));
}

TEST_CASE("a task is a transaction with its own op, and a queue.process span inside for the Queues page") {
  std::string spans;
  span_record child = plain_span();
  child.span = sample_span(0x44);
  child.parent = sample_span(0x22);
  child.flags = 0x101;
  child.name = "k8s.apply";
  child.status = status_code::error;
  child.status_message = "gone";
  const attribute op[] = {{"sentry.op", "k8s"}, {"error.type", "not_found"}};
  child.attributes = op;
  sentry_transaction::append_span(sentry_transaction::encode_span(child), spans);
  CHECK(
      transaction_of(task_span(), spans) ==
      with_version(
          R"({"type":"transaction","event_id":"33333333333333333333333333333333","platform":"native",)"
          R"("transaction":"task:deployment/deploy","transaction_info":{"source":"task"},)"
          R"("start_timestamp":1700000000.000000,"timestamp":1700000008.400000,"contexts":{"trace":{)"
          R"("trace_id":"11111111111111111111111111111111","span_id":"2222222222222222",)"
          R"("parent_span_id":"3333333333333333","op":"hatchet.task","status":"ok","origin":"auto.queue.hatchet",)"
          R"("data":{"messaging.system":"hatchet","messaging.destination.name":"deployment",)"
          R"("messaging.message.id":"m-1","waybill.attempt":3,"waybill.wait.basis":"same_clock",)"
          R"("messaging.message.receive.latency":30200.5,"messaging.message.retry.count":2}},)"
          R"("otel":{"resource":{"service.name":"worker","host.name":"shop-1"}}},"spans":[)"
          R"({"trace_id":"11111111111111111111111111111111","span_id":"dddddddddddddddd",)"
          R"("parent_span_id":"2222222222222222","start_timestamp":1700000000.000000,"timestamp":1700000008.400000,)"
          R"("op":"queue.process","description":"deployment","status":"ok","origin":"auto.queue.hatchet",)"
          R"("data":{"waybill.span":"queue_process","messaging.system":"hatchet",)"
          R"("messaging.destination.name":"deployment","messaging.message.id":"m-1",)"
          R"("messaging.message.receive.latency":30200.5,"messaging.message.retry.count":2}},)"
          R"({"trace_id":"11111111111111111111111111111111","span_id":"4444444444444444",)"
          R"("parent_span_id":"2222222222222222","op":"k8s","status":"not_found","origin":"manual",)"
          R"("data":{"error.type":"not_found","sentry.status.message":"gone"},)"
          R"("start_timestamp":1700000000.000000,"timestamp":1700000008.400000,"description":"k8s.apply"}],)"
          R"("release":"shop@1","environment":"production","server_name":"shop-1",)"
          R"("sdk":{"name":"waybill","version":"VERSION"}})"));
}

TEST_CASE("a span that is queue.process already, or names no queue, has none beside it") {
  span_record span = task_span();
  const attribute process[] = {{"sentry.op", "queue.process"}, {"messaging.destination.name", "deployment"}};
  span.attributes = process;
  CHECK(!sentry_words::queue_process_twin(span));
  const attribute no_queue[] = {{"sentry.op", "queue.task"}, {"waybill.wait.basis", "unknown"}};
  span.attributes = no_queue;
  CHECK(!sentry_words::queue_process_twin(span));
  span.attributes = of_task;
  CHECK(sentry_words::queue_process_twin(span));
  span.kind = span_kind::producer;
  CHECK(!sentry_words::queue_process_twin(span));
}

TEST_CASE("links, an exception's words and a kind that the op does not say are kept") {
  span_record span = plain_span();
  const attribute why[] = {{"sentry.link.type", "message_origin"}};
  const span_link links[] = {{sample_trace(0xAB), sample_span(0xCD), "", why, 0, 0x301},
                             {sample_trace(1), sample_span(2)}};
  const attribute thrown[] = {{"exception.type", "std::out_of_range"}, {"exception.message", "at 7"}};
  const span_event events[] = {{.time = 1, .name = "exception", .attributes = thrown}};
  span.links = links;
  span.events = events;
  span.status = status_code::error;
  span.kind = span_kind::server;
  const auto text = transaction_of(span);
  CHECK(is_json(text));
  CHECK(
      text.find(
          R"("links":[{"trace_id":"abababababababababababababababab","span_id":"cdcdcdcdcdcdcdcd",)"
          R"("sampled":true,"attributes":{"sentry.link.type":"message_origin"}},)"
          R"({"trace_id":"01010101010101010101010101010101","span_id":"0202020202020202","sampled":false}])") !=
      text.npos);
  CHECK(
      text.find(
          R"("data":{"sentry.kind":"server","exception.type":"std::out_of_range","exception.message":"at 7"})") !=
      text.npos);
}

TEST_CASE("every kind of value stays JSON, and a span never ends before it starts") {
  sentry_transaction::encoded_process process;
  testing::sample_records().for_each_span([&](const span_record& span) {
    std::string spans;
    sentry_transaction::append_span(sentry_transaction::encode_span(span), spans);
    CHECK(is_json("[" + spans + "]"));
    CHECK(is_json(transaction_of(span, spans)));
    std::string items;
    const auto count = sentry_spans::append(span, {}, items);
    CHECK(is_json(sentry_spans::payload(items)));
    CHECK(count == (sentry_words::queue_process_twin(span) ? 2 : 1));
    if (span.name == "ends before it starts")
      CHECK(spans.find(R"("start_timestamp":1700000000.000000,"timestamp":1700000000.000000)") != spans.npos);
  });
  std::string items;
  testing::sample_records().for_each_log([&](const log_record& log) { sentry_logs::append(log, {}, items); });
  CHECK(is_json(sentry_logs::payload(items)));
}

TEST_CASE("span v2 is a span on its own, its attributes typed") {
  std::string items;
  CHECK(sentry_spans::append(task_span(), {.release = "shop@1", .environment = "production"}, items) == 2);
  CHECK(
      items ==
      with_version(
          R"({"trace_id":"11111111111111111111111111111111","span_id":"2222222222222222",)"
          R"("parent_span_id":"3333333333333333","name":"task:deployment/deploy","status":"ok","is_segment":true,)"
          R"("start_timestamp":1700000000.000000,"end_timestamp":1700000008.400000,"attributes":{)"
          R"("sentry.op":{"value":"hatchet.task","type":"string"},)"
          R"("sentry.origin":{"value":"auto.queue.hatchet","type":"string"},)"
          R"("sentry.trace_lifecycle":{"value":"stream","type":"string"},)"
          R"("sentry.release":{"value":"shop@1","type":"string"},)"
          R"("sentry.environment":{"value":"production","type":"string"},)"
          R"("sentry.sdk.name":{"value":"waybill","type":"string"},)"
          R"("sentry.sdk.version":{"value":"VERSION","type":"string"},)"
          R"("sentry.segment.id":{"value":"2222222222222222","type":"string"},)"
          R"("sentry.segment.name":{"value":"task:deployment/deploy","type":"string"},)"
          R"("sentry.segment.name.source":{"value":"task","type":"string"},)"
          R"("service.name":{"value":"worker","type":"string"},)"
          R"("server.address":{"value":"shop-1","type":"string"},)"
          R"("messaging.system":{"value":"hatchet","type":"string"},)"
          R"("messaging.destination.name":{"value":"deployment","type":"string"},)"
          R"("messaging.message.id":{"value":"m-1","type":"string"},"waybill.attempt":{"value":3,"type":"integer"},)"
          R"("waybill.wait.basis":{"value":"same_clock","type":"string"},)"
          R"("messaging.message.receive.latency":{"value":30200.5,"type":"double"},)"
          R"("messaging.message.retry.count":{"value":2,"type":"integer"}}},)"
          R"({"trace_id":"11111111111111111111111111111111","span_id":"dddddddddddddddd",)"
          R"("parent_span_id":"2222222222222222","name":"deployment","status":"ok","is_segment":false,)"
          R"("start_timestamp":1700000000.000000,"end_timestamp":1700000008.400000,"attributes":{)"
          R"("sentry.op":{"value":"queue.process","type":"string"},)"
          R"("sentry.origin":{"value":"auto.queue.hatchet","type":"string"},)"
          R"("sentry.trace_lifecycle":{"value":"stream","type":"string"},)"
          R"("sentry.release":{"value":"shop@1","type":"string"},)"
          R"("sentry.environment":{"value":"production","type":"string"},)"
          R"("sentry.sdk.name":{"value":"waybill","type":"string"},)"
          R"("sentry.sdk.version":{"value":"VERSION","type":"string"},)"
          R"("waybill.span":{"value":"queue_process","type":"string"},)"
          R"("messaging.system":{"value":"hatchet","type":"string"},)"
          R"("messaging.destination.name":{"value":"deployment","type":"string"},)"
          R"("messaging.message.id":{"value":"m-1","type":"string"},)"
          R"("messaging.message.receive.latency":{"value":30200.5,"type":"double"},)"
          R"("messaging.message.retry.count":{"value":2,"type":"integer"}}})"));
}

TEST_CASE("a wide event is a log item; groups lie flat, and a record of no trace is left out") {
  const attribute inner[] = {{"queries", 3}, {"deep", {{"er", true}}}};
  const attribute_value list[] = {1, "two"};
  const attribute attributes[] = {{"db", attribute_value::group(inner, 1)},
                                  {"ids", attribute_value::list(list, 2)},
                                  {"ratio", 0.5},
                                  {"event.name", "theirs"}};
  log_record log{.trace = sample_trace(0x11),
                 .span = sample_span(0x22),
                 .time = 1'785'585'638'412'345'678,
                 .severity = 17,
                 .event_name = "waybill.task",
                 .body = "task deployment/deploy error in 8.400 s",
                 .attributes = attributes,
                 .resource = &worker};
  std::string items;
  CHECK(sentry_logs::append(log, {.release = "shop@1"}, items));
  CHECK(items ==
        with_version(
            R"({"timestamp":1785585638.412345,"trace_id":"11111111111111111111111111111111",)"
            R"("span_id":"2222222222222222","level":"error","severity_number":17,)"
            R"("body":"task deployment/deploy error in 8.400 s","attributes":{)"
            R"("event.name":{"value":"waybill.task","type":"string"},)"
            R"("sentry.release":{"value":"shop@1","type":"string"},)"
            R"("sentry.sdk.name":{"value":"waybill","type":"string"},)"
            R"("sentry.sdk.version":{"value":"VERSION","type":"string"},)"
            R"("service.name":{"value":"worker","type":"string"},)"
            R"("server.address":{"value":"shop-1","type":"string"},)"
            R"("db.queries":{"value":3,"type":"integer"},)"
            R"("ids":{"value":"[1,\"two\"]","type":"string"},"ratio":{"value":0.5,"type":"double"}}})"));
  log.trace = std::nullopt;
  CHECK(!sentry_logs::append(log, {}, items));
}

TEST_CASE("an envelope's trace header is the sender's description of the trace, decoded, or nothing") {
  struct row {
    std::string_view baggage, header, why;
  };
  const std::string id = R"({"trace_id":"11111111111111111111111111111111")";
  for (const auto& [baggage, header, why] : {
           row{"sentry-trace_id=11111111111111111111111111111111,sentry-public_key=k,sentry-release=a%401",
               R"(,"public_key":"k","release":"a@1"})", "as sent"},
           row{"tenant=x, sentry-public_key=k ;p=1,other=2", R"(,"public_key":"k"})", "among others'"},
           row{"sentry-public_key=k,sentry-unknown=v", R"(,"public_key":"k","unknown":"v"})",
               "a member of tomorrow's"},
           row{"sentry-public_key=a,sentry-public_key=b", R"(,"public_key":"b"})", "the last counts"},
           row{"sentry-public_key=k,sentry-release=", R"(,"public_key":"k"})", "an empty one is none"},
           row{"sentry-public_key=k,sentry-trace_id=99999999999999999999999999999999",
               R"(,"public_key":"k"})", "the span's trace counts"},
           row{"sentry-public_key=k,sentry-sample_rand=0.25,sentry-transaction=GET%20%22x%22",
               R"(,"public_key":"k","sample_rand":"0.25","transaction":"GET \"x\""})", "all are texts"},
           row{"sentry-release=a", "", "without the key Sentry would refuse it"},
           row{"Sentry-public_key=k", "", "the prefix has a case"},
           row{"tenant=x", "", "nothing of Sentry's"},
           row{"", "", "nothing"},
       }) {
    CAPTURE(why);
    CHECK(encode_sentry_trace_header(baggage, sample_trace(0x11)) ==
          (header.empty() ? "" : id + std::string{header}));
  }
}
