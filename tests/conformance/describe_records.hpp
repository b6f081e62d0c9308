// Records as canonical text, one line each: two records are equal when their lines are, and a difference can
// be read.
#pragma once

#include <waybill/record/span_batch.hpp>

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

namespace waybill::testing {

inline std::string describe(std::string_view text) {
  return '"' + std::string{text} + '"';
}

inline std::string describe(std::span<const attribute> attributes);

inline std::string describe(const attribute_value& value) {
  switch (value.kind()) {
    case value_kind::absent:
      return "absent";
    case value_kind::boolean:
      return value.as_boolean() ? "true" : "false";
    case value_kind::integer:
      return std::to_string(value.as_integer());
    case value_kind::number:  // by bits: NaN equals itself, and no digit is lost
      return "number:" + std::to_string(std::bit_cast<std::uint64_t>(value.as_number()));
    case value_kind::text:
      return describe(value.as_text());
    case value_kind::bytes:
      return "bytes:" + describe(value.as_text());
    case value_kind::list: {
      std::string all = "[";
      for (std::size_t i = 0; i < value.size(); ++i) all += describe(value.elements()[i]) + ' ';
      return all + ']';
    }
    case value_kind::group:
      return describe(std::span{value.members(), value.size()});
    case value_kind::huge:
      break;
  }
  return "huge";
}

inline std::string describe(std::span<const attribute> attributes) {
  std::string all = "{";
  for (const auto& one : attributes) all += describe(one.key) + '=' + describe(one.value) + ' ';
  return all + '}';
}

inline std::string describe(std::span<const entity_ref> entities) {
  std::string all;
  for (const auto& one : entities) {
    all += " entity " + describe(one.schema_url) + describe(one.type);
    for (const auto key : one.id_keys) all += " id " + describe(key);
    for (const auto key : one.description_keys) all += " description " + describe(key);
  }
  return all;
}

inline std::string describe_sender(const resource* sender, const instrumentation_scope* scope) {
  std::string all = sender ? " resource" + describe(sender->attributes) + describe(sender->schema_url) +
                                 std::to_string(sender->dropped_attributes) + describe(sender->entities)
                           : " no resource";
  all += scope ? " scope " + describe(scope->name) + describe(scope->version) + describe(scope->attributes) +
                     describe(scope->schema_url) + std::to_string(scope->dropped_attributes)
               : " no scope";
  return all;
}

inline std::string describe(const span_record& span) {
  std::string all = "span " + span.trace.to_hex() + '/' + span.span.to_hex() + " parent " +
                    (span.parent ? span.parent->to_hex() : "none") + " kind " +
                    std::to_string(static_cast<int>(span.kind)) + " status " +
                    std::to_string(static_cast<int>(span.status)) + describe(span.status_message) +
                    " flags " + std::to_string(span.flags) + " state " + describe(span.tracestate) +
                    " name " + describe(span.name) + ' ' + std::to_string(span.start) + ".." +
                    std::to_string(span.end) + ' ' + describe(span.attributes);
  for (const auto& event : span.events) {
    all += " event " + std::to_string(event.time) + describe(event.name) + describe(event.attributes) +
           std::to_string(event.dropped_attributes);
  }
  for (const auto& link : span.links) {
    all += " link " + link.trace.to_hex() + '/' + link.span.to_hex() + describe(link.tracestate) +
           describe(link.attributes) + std::to_string(link.dropped_attributes) + ' ' +
           std::to_string(link.flags);
  }
  return all + " dropped " + std::to_string(span.dropped_attributes) + ' ' +
         std::to_string(span.dropped_events) + ' ' + std::to_string(span.dropped_links) +
         describe_sender(span.resource, span.scope);
}

inline std::string describe(const log_record& log) {
  return "log " + (log.trace ? log.trace->to_hex() : "none") + '/' +
         (log.span ? log.span->to_hex() : "none") + ' ' + std::to_string(log.time) + ' ' +
         std::to_string(log.observed) + " severity " + std::to_string(log.severity) +
         describe(log.severity_text) + " flags " + std::to_string(log.flags) + " event " +
         describe(log.event_name) + " body " + describe(log.body) + ' ' + describe(log.attributes) +
         " dropped " + std::to_string(log.dropped_attributes) + describe_sender(log.resource, log.scope);
}

// All records of a batch, sorted: order is no promise of wire or store.
inline std::vector<std::string> describe(const span_batch& batch) {
  std::vector<std::string> lines;
  batch.for_each_span([&](const span_record& span) { lines.push_back(describe(span)); });
  batch.for_each_log([&](const log_record& log) { lines.push_back(describe(log)); });
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace waybill::testing
