// A finished span and a log record, as views into memory that a span_batch owns: the hinge between library and program.
//
// Field for field what OTLP 1.x carries. Text is what was sent: a reader of foreign bytes has made it valid UTF-8.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/context/trace_id.hpp>
#include <waybill/record/attribute.hpp>
#include <waybill/record/span_kind.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

enum class status_code : std::uint8_t { unset, ok, error };  // OTLP's numbers

// Something that a resource describes, a host or a service: which of the resource's attributes name it, by their keys.
struct entity_ref {
  std::string_view schema_url{};
  std::string_view type{};
  std::span<const std::string_view> id_keys{};
  std::span<const std::string_view> description_keys{};
};

// What sent the records: one process, as a rule. service.name and the like.
struct resource {
  std::span<const attribute> attributes{};
  std::string_view
      schema_url{};  // of the attributes of it and of its records; OTLP has it beside the resource
  std::uint32_t dropped_attributes = 0;
  std::span<const entity_ref> entities{};
};

// The library that made the spans.
struct instrumentation_scope {
  std::string_view name{};
  std::string_view version{};
  std::span<const attribute> attributes{};
  std::string_view schema_url{};
  std::uint32_t dropped_attributes = 0;
};

struct span_event {
  unix_nanos time = 0;
  std::string_view name{};
  std::span<const attribute> attributes{};
  std::uint32_t dropped_attributes = 0;
};

struct span_link {
  trace_id trace;
  span_id span;
  std::string_view tracestate{};
  std::span<const attribute> attributes{};
  std::uint32_t dropped_attributes = 0;
  std::uint32_t flags = 0;
};

struct span_record {
  trace_id trace;
  span_id span;
  std::optional<span_id> parent{};  // empty: a root
  span_kind kind = span_kind::internal;
  status_code status = status_code::unset;
  std::uint32_t flags = 0;  // OTLP: 0xFF the W3C flags, 0x100 "remote is known", 0x200 "the parent is remote"
  std::string_view tracestate{};
  // Its context's, where the tracer was asked for it: Sentry's exporter needs it. Part of no span on the wire.
  std::string_view baggage{};
  std::string_view name{};
  unix_nanos start = 0;
  unix_nanos end = 0;
  std::string_view status_message{};
  std::span<const attribute> attributes{};
  std::span<const span_event> events{};
  std::span<const span_link> links{};
  std::uint32_t dropped_attributes = 0;
  std::uint32_t dropped_events = 0;
  std::uint32_t dropped_links = 0;
  const waybill::resource* resource = nullptr;            // null: nothing is known
  const waybill::instrumentation_scope* scope = nullptr;  // null: nothing is known
};

// Flags that say: known, and the parent is another process's.
inline constexpr std::uint32_t remote_parent_flags = 0x300;
constexpr bool has_remote_parent(const span_record& span) noexcept {
  return (span.flags & remote_parent_flags) == remote_parent_flags;
}

// A log line or an event: a task's start, a task's wide event (event_name says which), or any other tool's line.
struct log_record {
  std::optional<trace_id> trace{};
  std::optional<span_id> span{};
  unix_nanos time = 0;        // when it happened, 0 if only the observation is known
  unix_nanos observed = 0;    // when a collector first saw it
  std::int32_t severity = 0;  // OTLP severity_number: 9 info, 13 warn, 17 error
  std::uint32_t flags = 0;
  std::string_view severity_text{};
  std::string_view event_name{};
  attribute_value body{};
  std::span<const attribute> attributes{};
  std::uint32_t dropped_attributes = 0;
  const waybill::resource* resource = nullptr;
  const waybill::instrumentation_scope* scope = nullptr;
};

// The first value under key; absent if there is none.
attribute_value find_attribute(std::span<const attribute> attributes, std::string_view key) noexcept;

// service.name of what sent a record; empty when it did not say.
std::string_view service_name(const resource* sender) noexcept;

}  // namespace waybill::inline v0
