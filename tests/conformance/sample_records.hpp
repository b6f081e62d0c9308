// Records that use every field and every kind of value, for round trips through wire formats and stores.
#pragma once

#include <waybill/record/record_arena.hpp>

#include <limits>
#include <string>

namespace waybill::testing {

// Ids made of one repeated byte: readable in a failure's text.
inline trace_id sample_trace(int byte) {
  trace_id::bytes_type bytes;
  bytes.fill(static_cast<std::uint8_t>(byte));
  return *trace_id::from_bytes(bytes);
}
inline span_id sample_span(int byte) {
  span_id::bytes_type bytes;
  bytes.fill(static_cast<std::uint8_t>(byte));
  return *span_id::from_bytes(bytes);
}

// A small span with a service, for tests that are about ids and counts.
inline void add_plain_span(record_arena& arena, const trace_id& trace, const span_id& span,
                           std::string_view name) {
  const attribute service[] = {{"service.name", "web"}};
  const resource sender{arena.copy(std::span{service})};
  arena.spans().push_back({.trace = trace,
                           .span = span,
                           .name = arena.copy(name),
                           .start = 1'700'000'000'000'000'000,
                           .end = 1'700'000'000'060'000'000,
                           .resource = arena.make(sender)});
}

inline std::span<const attribute> every_kind_of_value(record_arena& arena) {
  // Named, not nested in place: what a braced list holds is gone when its statement ends.
  const attribute_value elements[] = {1, "two", attribute_value{}, 3.5, attribute_value::list(nullptr, 0)};
  const attribute inner[] = {{"b", "deep"}};
  const attribute members[] = {
      {"a", 1}, {"inner", attribute_value::group(inner, 1)}, {"empty", attribute_value::group(nullptr, 0)}};
  const attribute values[] = {{"absent", attribute_value{}},
                              {"yes", true},
                              {"no", false},
                              {"zero", 0},
                              {"negative", -42},
                              {"smallest", std::numeric_limits<std::int64_t>::min()},
                              {"largest", std::numeric_limits<std::int64_t>::max()},
                              {"number", 0.1},
                              {"infinite", -std::numeric_limits<double>::infinity()},
                              {"not a number", std::numeric_limits<double>::quiet_NaN()},
                              {"empty text", ""},
                              {"text", "Zürich \"quoted\" \\ \n\t \x01 \xF0\x9F\x9A\x9A"},
                              {"bytes", attribute_value::bytes(std::string_view{"\0\xFF\x80raw", 6})},
                              {"list", attribute_value::list(elements, 5)},
                              {"group", attribute_value::group(members, 3)},
                              {"", "an empty key"}};
  return arena.copy(std::span{values});
}

// Two resources, three scopes, spans and logs with and without each optional part.
inline span_batch sample_records() {
  record_arena arena;
  const attribute web_attributes[] = {{"service.name", "web"}, {"host.name", "shop-web-1"}};
  const attribute worker_attributes[] = {{"service.name", "worker"}};
  static constexpr std::string_view keys[] = {"service.name", "service.version", ""};
  static constexpr entity_ref entities[] = {
      {"https://opentelemetry.io/schemas/1.40.0", "service", {keys, 2}, {keys + 1, 2}}, {"", "host"}};
  const auto* web = arena.make(resource{arena.copy(std::span{web_attributes}),
                                        "https://opentelemetry.io/schemas/1.40.0", 3, entities});
  const auto* worker = arena.make(resource{arena.copy(std::span{worker_attributes})});
  const auto* http =
      arena.make(instrumentation_scope{"http", "1.2.3", {}, "https://opentelemetry.io/schemas/1.27.0", 5});
  const auto* database =
      arena.make(instrumentation_scope{"db", "", arena.copy(std::span{worker_attributes})});

  const auto values = every_kind_of_value(arena);
  auto* const events = arena.allocate<span_event>(2);
  new (events) span_event{1'700'000'000'010'000'000, "exception", values, 7};
  new (events + 1) span_event{};
  auto* const links = arena.allocate<span_link>(2);
  new (links) span_link{sample_trace(0xAB), sample_span(0xCD), "vendor=1", values, 9, 0x301};
  new (links + 1) span_link{sample_trace(1), sample_span(2)};

  auto& spans = arena.spans();
  spans.push_back({.trace = sample_trace(0x11),
                   .span = sample_span(0x22),
                   .parent = sample_span(0x33),
                   .kind = span_kind::consumer,
                   .status = status_code::error,
                   .flags = 0x301,
                   .tracestate = "a=1,b=2",
                   .name = "task:deployment/deploy",
                   .start = 1'700'000'000'000'000'000,
                   .end = 1'700'000'008'400'000'001,
                   .status_message = "no such environment",
                   .attributes = values,
                   .events = {events, 2},
                   .links = {links, 2},
                   .dropped_attributes = 1,
                   .dropped_events = 2,
                   .dropped_links = 300,
                   .resource = worker,
                   .scope = database});
  spans.push_back({.trace = sample_trace(0x11),
                   .span = sample_span(0x33),
                   .kind = span_kind::server,
                   .name = "POST /api/deploy",
                   .start = 1'700'000'000'000'000'000,
                   .end = 1'700'000'000'060'000'000,
                   .resource = web,
                   .scope = http});
  spans.push_back({.trace = sample_trace(0x44), .span = sample_span(0x55), .kind = span_kind::unspecified});
  spans.push_back({.trace = sample_trace(0x11),
                   .span = sample_span(0x66),
                   .parent = sample_span(0x77),
                   .status = status_code::ok,
                   .name = "ends before it starts",
                   .start = 1'700'000'000'000'000'000,
                   .end = 1'699'999'999'000'000'000,
                   .resource = web,
                   .scope = database});

  auto& logs = arena.logs();
  logs.push_back({.trace = sample_trace(0x11),
                  .span = sample_span(0x22),
                  .time = 1'700'000'008'400'000'002,
                  .observed = 1'700'000'009'000'000'000,
                  .severity = 9,
                  .flags = 1,
                  .severity_text = "INFO",
                  .event_name = "waybill.task",
                  .body = "done",
                  .attributes = values,
                  .dropped_attributes = 3,
                  .resource = worker,
                  .scope = database});
  logs.push_back({.trace = sample_trace(0x44), .body = values[13].value});
  logs.push_back({.observed = 5, .severity = -1, .resource = web});
  return arena.finish();
}

}  // namespace waybill::testing
