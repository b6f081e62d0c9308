// What strangers may send: everything must come back, in time that grows like the input.
#include "story.hpp"

#include <waybill/analysis/trace_summary.hpp>
#include <waybill/views/json/trace_json.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace waybill;
using namespace waybill::testing;

namespace {

constexpr std::uint32_t many = 100'000;

span_id numbered(std::uint32_t number) {
  span_id::bytes_type bytes{1};
  std::memcpy(bytes.data() + 4, &number, sizeof number);
  return *span_id::from_bytes(bytes);
}

template <class Fill>
explained_trace explain_many(span_batch& batch, std::uint32_t count, Fill&& fill) {
  record_arena arena;
  for (std::uint32_t i = 0; i < count; ++i) {
    auto& span =
        arena.spans().emplace_back(span_record{.trace = named<trace_id>("trace"), .span = numbered(i + 1)});
    span.start = at(0) + i;
    span.end = at(1) + i;
    fill(span, i);
  }
  batch = arena.finish();
  return explain(batch, named<trace_id>("trace"));
}

}  // namespace

TEST_CASE("a chain a hundred thousand spans deep is drawn, and written, without recursion") {
  span_batch batch;
  const auto trace = explain_many(batch, many, [](span_record& span, std::uint32_t i) {
    if (i > 0) span.parent = numbered(i);
  });
  CHECK(trace.rows.size() == many);
  CHECK(trace.rows.back().depth == many - 1);
  CHECK(to_json(trace).size() > many);
}

TEST_CASE("a hundred thousand copies of one span are one span") {
  span_batch batch;
  const auto trace =
      explain_many(batch, many, [](span_record& span, std::uint32_t) { span.span = numbered(7); });
  CHECK(trace.rows.size() == 1);
  CHECK(trace.problems.size() == 1);
}

TEST_CASE("one circle of a hundred thousand spans is cut once") {
  span_batch batch;
  const auto trace = explain_many(
      batch, many, [](span_record& span, std::uint32_t i) { span.parent = numbered(i == 0 ? many : i); });
  CHECK(trace.rows.size() == many);
  CHECK(trace.problems.size() == 1);
}

TEST_CASE(
    "a chain of consumers and producers of one id, and one of linked traces, take no more than their "
    "length") {
  const attribute says[] = {{"messaging.system", "kafka"},
                            {"messaging.message.id", "message-0001"},
                            {"messaging.kafka.message.key", "key"},
                            {"messaging.destination.name", "queue"}};
  span_batch batch;
  auto trace = explain_many(batch, many / 2, [&](span_record& span, std::uint32_t i) {
    if (i > 0) span.parent = numbered(i);
    span.kind = i % 2 == 0 ? span_kind::producer : span_kind::consumer;
    span.attributes = says;
  });
  CHECK(trace.waits.size() == many / 4);

  std::vector<span_link> links;
  for (std::uint32_t i = 0; i < many / 2; ++i)
    links.push_back(span_link{.trace = named<trace_id>("trace"), .span = numbered(1)});
  trace = explain_many(batch, many / 2, [&](span_record& span, std::uint32_t i) {
    span.kind = i == 0 ? span_kind::producer : span_kind::consumer;
    span.attributes = says;
    if (i > 0) span.links = std::span{links}.subspan(i, 1);
  });
  CHECK(trace.waits.size() == many / 2 - 1);

  trace = explain_many(batch, 2, [&](span_record& span, std::uint32_t i) {
    span.kind = i == 0 ? span_kind::producer : span_kind::consumer;
    if (i > 0) span.links = links;
  });
  CHECK_FALSE(trace.waits.empty());
  CHECK(trace.rows.size() < 100);
}

TEST_CASE("times at the ends of the range overflow nothing") {
  constexpr unix_nanos odd[] = {std::numeric_limits<unix_nanos>::min(), -1, 0, 1,
                                std::numeric_limits<unix_nanos>::max()};
  const attribute says[] = {{"messaging.system", "kafka"},
                            {"waybill.wait.duration_ns", std::numeric_limits<std::int64_t>::min()},
                            {"waybill.wait.enqueued_unix_nano", std::numeric_limits<std::int64_t>::max()},
                            {"waybill.due_unix_nano", std::numeric_limits<std::int64_t>::min()},
                            {"waybill.wait.held_ns", std::numeric_limits<std::int64_t>::max()},
                            {"waybill.age_ns", std::numeric_limits<std::int64_t>::max()},
                            {"kafka.record.queue_time_ms", std::numeric_limits<std::int64_t>::max()},
                            {"messaging.message.receive.latency", 1e300},
                            {"celery.retries", std::numeric_limits<std::int64_t>::max()},
                            {"messaging.batch.message_count", std::numeric_limits<std::int64_t>::min()}};
  for (std::size_t told = 0; told <= std::size(says); ++told) {
    span_batch batch;
    const auto trace = explain_many(batch, 50, [&](span_record& span, std::uint32_t i) {
      span.start = odd[i % 5];
      span.end = odd[i / 5 % 5];
      if (i > 0) span.parent = numbered(i);
      span.kind = i % 2 == 0 ? span_kind::producer : span_kind::consumer;
      span.attributes = std::span{says}.first(told);
    });
    CHECK(trace.duration >= 0);
    for (const auto& row : trace.rows) CHECK(row.duration >= 0);
    CHECK_FALSE(to_json(trace).empty());
    CHECK_FALSE(summarise(trace).duration < 0);
  }
}

TEST_CASE("empty names and attributes of the wrong type are nothing special") {
  const attribute says[] = {
      {"messaging.system", 5},         {"messaging.destination.name", attribute_value{}},
      {"celery.action", 1.5},          {"messaging.message.id", true},
      {"temporalActivityID", ""},      {"waybill.attempt", "many"},
      {"waybill.wait.for_span", "zz"}, {"waybill.span", "queue_wait"},
      {"instrumentor", "hatchet"}};
  for (std::size_t first = 0; first < std::size(says); ++first) {
    span_batch batch;
    const auto trace = explain_many(batch, 20, [&](span_record& span, std::uint32_t i) {
      if (i > 0) span.parent = numbered(i / 2 + 1);
      span.kind = static_cast<span_kind>(i % 6);
      span.attributes = std::span{says}.subspan(first);
    });
    CHECK_FALSE(trace.verdict.empty());
  }
}
