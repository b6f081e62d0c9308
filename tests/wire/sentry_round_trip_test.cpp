// What we send to Sentry, read back by our own receiver: nothing that the format can hold is lost, nothing is there twice.
#include <waybill/wire/sentry_decode.hpp>
#include <waybill/wire/sentry_envelope.hpp>
#include <waybill/wire/sentry_log_encode.hpp>
#include <waybill/wire/sentry_spans_encode.hpp>
#include <waybill/wire/sentry_transaction_encode.hpp>

#include "../conformance/describe_records.hpp"
#include "../conformance/sample_records.hpp"

#include <doctest/doctest.h>

using namespace waybill;
using waybill::testing::sample_span;
using waybill::testing::sample_trace;

namespace {

const attribute of_process[] = {{"service.name", "worker"}, {"host.name", "shop-1"}};
const resource worker{of_process};
const attribute of_task[] = {{"sentry.op", "sqlite.task"},
                             {"sentry.origin", "auto.queue.sqlite"},
                             {"messaging.system", "sqlite"},
                             {"messaging.operation.type", "process"},
                             {"messaging.destination.name", "deployment"},
                             {"messaging.message.id", "7"},
                             {"messaging.message.retry.count", 1},
                             {"waybill.attempt", 2},
                             {"waybill.wait.basis", "same_clock"},
                             {"waybill.wait.duration_ns", 30'200'000'000},
                             {"messaging.message.receive.latency", 30200.25}};
const attribute of_call[] = {
    {"sentry.op", "k8s"}, {"sentry.origin", "manual"}, {"dry", true}, {"error.type", "E"}};
const attribute of_link[] = {{"sentry.link.type", "message_origin"}};

// Every word that is written for a record stands in it already, and times are whole microseconds.
span_batch task_and_call() {
  record_arena arena;
  auto* const link = arena.allocate<span_link>(1);
  new (link) span_link{sample_trace(0xAB), sample_span(0xCD), "", of_link, 0, 1};
  arena.spans().push_back({.trace = sample_trace(0x11),
                           .span = sample_span(0x22),
                           .parent = sample_span(0x33),
                           .kind = span_kind::consumer,
                           .status = status_code::ok,
                           .flags = 0x301,
                           .name = "task:deployment/deploy",
                           .start = 1'795'504'545'500'001'000,
                           .end = 1'795'504'553'900'002'000,
                           .attributes = of_task,
                           .links = {link, 1},
                           .resource = &worker});
  arena.spans().push_back({.trace = sample_trace(0x11),
                           .span = sample_span(0x44),
                           .parent = sample_span(0x22),
                           .kind = span_kind::client,
                           .status = status_code::error,
                           .flags = 0x101,
                           .name = "k8s.apply",
                           .start = 1'795'504'546'000'000'000,
                           .end = 1'795'504'547'000'000'000,
                           .status_message = "no such environment",
                           .attributes = of_call,
                           .resource = &worker});
  return arena.finish();
}

// The parts that neither format has: flags, and who the sender was in more words than ours.
span_record comparable(span_record span, std::vector<attribute>& kept) {
  kept.clear();
  for (const auto& one : span.attributes) {
    if (one.key != "sentry.segment.name.source" && one.key != "sentry.trace_lifecycle" &&
        one.key != "sentry.segment.id" && one.key != "sentry.segment.name")
      kept.push_back(one);
  }
  std::ranges::sort(kept, {}, &attribute::key);
  span.attributes = kept;
  span.flags = 0;
  span.resource = nullptr;
  return span;
}

std::vector<std::string> comparable(const span_batch& batch) {
  std::vector<std::string> lines;
  std::vector<attribute> kept;
  batch.for_each_span(
      [&](const span_record& span) { lines.push_back(testing::describe(comparable(span, kept))); });
  std::ranges::sort(lines);
  return lines;
}

span_batch read_back(std::string envelope) {
  auto read = sentry_envelope::decode(std::move(envelope), "1");
  REQUIRE_MESSAGE(read, read.error().message);
  CHECK(read->decoded.report.first_problem.empty());
  CHECK(read->decoded.report.rejected_spans == 0);
  CHECK(read->other_items == 0);
  return std::move(read->decoded.records);
}

}  // namespace

TEST_CASE(
    "a transaction of ours is read back as the spans that it was made of, without the one for the Queues "
    "page") {
  const auto sent = task_and_call();
  std::vector<span_record> spans;
  sent.for_each_span([&](const span_record& span) { spans.push_back(span); });
  std::string children;
  sentry_transaction::append_span(sentry_transaction::encode_span(spans[1]), children);
  std::string payload;
  sentry_transaction::append(sentry_transaction::encode_span(spans[0]), children,
                             sentry_transaction::encode_process(&worker), {.release = "worker@2"}, payload);
  CHECK(payload.find("queue_process") != payload.npos);
  std::string envelope = "{}\n";
  sentry_envelope::append_item(envelope, {.type = "transaction"}, payload);
  const auto received = read_back(envelope);
  CHECK(comparable(received) == comparable(sent));
  received.for_each_span([](const span_record& span) {
    CHECK(service_name(span.resource) == "worker");
    CHECK(find_attribute(span.resource->attributes, "host.name").as_text() == "shop-1");
  });
}

TEST_CASE("so are the spans of a span v2 item") {
  const auto sent = task_and_call();
  std::string items;
  std::size_t count = 0;
  sent.for_each_span([&](const span_record& span) { count += sentry_spans::append(span, {}, items); });
  CHECK(count == 3);
  std::string envelope = "{}\n";
  sentry_envelope::append_item(
      envelope,
      {.type = sentry_spans::item_type, .content_type = sentry_spans::content_type, .item_count = count},
      sentry_spans::payload(items));
  const auto received = read_back(envelope);
  CHECK(comparable(received) == comparable(sent));
  received.for_each_span([](const span_record& span) { CHECK(service_name(span.resource) == "worker"); });
}

TEST_CASE("a task's event is read back with its name, its fields and its place in the trace") {
  const attribute fields[] = {
      {"attempt", 2}, {"ok", true}, {"ratio", 0.5}, {"task.name", "deployment/deploy"}};
  const log_record event{.trace = sample_trace(0x11),
                         .span = sample_span(0x22),
                         .time = 1'795'504'553'900'002'000,
                         .severity = 9,
                         .event_name = "waybill.task",
                         .body = "task deployment/deploy ok in 8.400 s",
                         .attributes = fields,
                         .resource = &worker};
  std::string items;
  REQUIRE(sentry_logs::append(event, {}, items));
  std::string envelope = "{}\n";
  sentry_envelope::append_item(
      envelope, {.type = sentry_logs::item_type, .content_type = sentry_logs::content_type, .item_count = 1},
      sentry_logs::payload(items));
  const auto received = read_back(envelope);
  REQUIRE(received.log_count() == 1);
  received.for_each_log([&](const log_record& log) {
    log_record expected = event;
    expected.severity_text = "info";
    expected.resource = log.resource;
    std::vector<attribute> sorted{log.attributes.begin(), log.attributes.end()};
    std::ranges::sort(sorted, {}, &attribute::key);
    log_record got = log;
    got.attributes = sorted;
    CHECK(testing::describe(got) == testing::describe(expected));
    CHECK(service_name(log.resource) == "worker");
  });
}
