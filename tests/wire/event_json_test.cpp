#include <waybill/wire/event_json.hpp>

#include "../conformance/sample_records.hpp"

#include <doctest/doctest.h>

using namespace waybill;

namespace {

std::string line_of(const auto& record) {
  std::string out;
  event_json::encode(record, out);
  return out;
}

}  // namespace

TEST_CASE("a wide event is one flat line") {
  const attribute service[] = {{"service.name", "worker"}};
  const resource sender{service};
  const attribute queries[] = {{"queries", 3}};
  const attribute attributes[] = {{"task", "deployment/deploy"},
                                  {"attempt", 2},
                                  {"wait_ms", 30200.5},
                                  {"ok", true},
                                  {"db", attribute_value::group(queries, 1)}};
  CHECK(
      line_of(log_record{.trace = testing::sample_trace(0x11),
                         .span = testing::sample_span(0x22),
                         .time = 1'785'585'638'412'345'678,
                         .severity = 9,
                         .event_name = "waybill.task",
                         .attributes = attributes,
                         .resource = &sender}) ==
      R"({"time":"2026-08-01T12:00:38.412345Z","event":"waybill.task","severity":"INFO","task":"deployment/deploy",)"
      R"("attempt":2,"wait_ms":30200.5,"ok":true,"db":{"queries":3},"service":"worker",)"
      R"("trace_id":"11111111111111111111111111111111","span_id":"2222222222222222"})"
      "\n");
}

TEST_CASE("an attribute replaces what the record would say by that name, but not its time, name and ids") {
  const attribute attributes[] = {
      {"time", "noon"}, {"event", "mine"}, {"trace_id", "theirs"}, {"message", "told"}};
  CHECK(
      line_of(log_record{.trace = testing::sample_trace(0x11),
                         .observed = 1'000'000'000,
                         .event_name = "e",
                         .body = "untold",
                         .attributes = attributes}) ==
      R"({"time":"1970-01-01T00:00:01.000000Z","event":"e","attributes.time":"noon","attributes.event":"mine",)"
      R"("attributes.trace_id":"theirs","message":"told","trace_id":"11111111111111111111111111111111"})"
      "\n");
}

TEST_CASE("a span is one flat line") {
  const attribute attributes[] = {{"k8s.namespace", "shop"}};
  const span_event events[] = {{.time = 1'000'000'000, .name = "exception"}};
  const span_link links[] = {{testing::sample_trace(1), testing::sample_span(2)}};
  CHECK(
      line_of(span_record{.trace = testing::sample_trace(0x11),
                          .span = testing::sample_span(0x22),
                          .parent = testing::sample_span(0x33),
                          .kind = span_kind::consumer,
                          .status = status_code::error,
                          .name = "task:deployment/deploy",
                          .start = 1'000'000'000,
                          .end = 9'400'000'000,
                          .status_message = "timed \"out\"",
                          .attributes = attributes,
                          .events = events,
                          .links = links}) ==
      R"({"time":"1970-01-01T00:00:01.000000Z","span":"task:deployment/deploy","kind":"consumer","duration_ms":8400,)"
      R"("status":"error","status_message":"timed \"out\"","k8s.namespace":"shop",)"
      R"("events":[{"time":"1970-01-01T00:00:01.000000Z","event":"exception"}],)"
      R"("links":[{"trace_id":"01010101010101010101010101010101","span_id":"0202020202020202"}],)"
      R"("trace_id":"11111111111111111111111111111111","span_id":"2222222222222222","parent_span_id":"3333333333333333"})"
      "\n");
}

TEST_CASE("every kind of value stays on its line and is JSON") {
  record_arena arena;
  const std::string line = line_of(
      log_record{.body = attribute_value::bytes("\xFF"), .attributes = testing::every_kind_of_value(arena)});
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(line.find(R"("message":"/w==")") != std::string::npos);
  CHECK(line.find(R"("infinite":null,"not a number":null)") != std::string::npos);
  CHECK(line.find(R"("list":[1,"two",null,3.5,[]],"group":{"a":1,"inner":{"b":"deep"},"empty":{}})") !=
        std::string::npos);
}
