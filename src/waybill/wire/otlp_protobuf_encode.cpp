#include <waybill/wire/otlp_protobuf.hpp>

#include <waybill/wire/otlp_fields.hpp>
#include <waybill/wire/protobuf_writer.hpp>
#include <waybill/wire/record_groups.hpp>

namespace waybill::inline v0::otlp_protobuf {
namespace {

// For each message: its size, and beside it the function that writes as many bytes. Sizes of flat values cost
// a few instructions, so they are computed again where they are written; those of spans and groups are kept.

std::size_t size_of(const attribute_value& value) noexcept;
std::size_t size_of(const attribute& one) noexcept;
std::size_t size_of(const span_event& event) noexcept;
std::size_t size_of(const span_link& link) noexcept;
void write(protobuf_writer& out, const attribute_value& value) noexcept;
void write(protobuf_writer& out, const attribute& one) noexcept;
void write(protobuf_writer& out, const span_event& event) noexcept;
void write(protobuf_writer& out, const span_link& link) noexcept;

template <class Message>
std::size_t size_of_all(otlp_fields::field number, std::span<const Message> messages) noexcept {
  std::size_t size = 0;
  for (const auto& one : messages) size += protobuf_size::sized(number, size_of(one));
  return size;
}

template <class Message>
void write_all(protobuf_writer& out, otlp_fields::field number, std::span<const Message> messages) noexcept {
  for (const auto& one : messages) {
    out.begin(number, size_of(one));
    write(out, one);
  }
}

// AnyValue
std::size_t size_of(const attribute_value& value) noexcept {
  namespace field = otlp_fields::any_value;
  switch (value.kind()) {
    case value_kind::boolean:
      return 2;
    case value_kind::integer:
      return 1 + protobuf_size::varint(static_cast<std::uint64_t>(value.as_integer()));
    case value_kind::number:
      return 9;
    case value_kind::text:
    case value_kind::bytes:
      return protobuf_size::sized(field::string, value.as_text().size());
    case value_kind::list:
      return protobuf_size::sized(
          field::array, size_of_all(otlp_fields::values::values, std::span{value.elements(), value.size()}));
    case value_kind::group:
      return protobuf_size::sized(
          field::group, size_of_all(otlp_fields::values::values, std::span{value.members(), value.size()}));
    case value_kind::absent:
    case value_kind::huge:  // never in a record
      break;
  }
  return 0;
}

void write(protobuf_writer& out, const attribute_value& value) noexcept {
  namespace field = otlp_fields::any_value;
  switch (value.kind()) {
    case value_kind::boolean:
      return out.varint_field(field::boolean, value.as_boolean() ? 1 : 0);
    case value_kind::integer:
      return out.varint_field(field::integer, static_cast<std::uint64_t>(value.as_integer()));
    case value_kind::number:
      return out.fixed64_field(field::number, std::bit_cast<std::uint64_t>(value.as_number()));
    case value_kind::text:
      return out.sized(field::string, value.as_text());
    case value_kind::bytes:
      return out.sized(field::bytes, value.as_text());
    case value_kind::list: {
      const std::span elements{value.elements(), value.size()};
      out.begin(field::array, size_of_all(otlp_fields::values::values, elements));
      return write_all(out, otlp_fields::values::values, elements);
    }
    case value_kind::group: {
      const std::span members{value.members(), value.size()};
      out.begin(field::group, size_of_all(otlp_fields::values::values, members));
      return write_all(out, otlp_fields::values::values, members);
    }
    case value_kind::absent:
    case value_kind::huge:
      break;
  }
}

// KeyValue
std::size_t size_of(const attribute& one) noexcept {
  namespace field = otlp_fields::key_value;
  return protobuf_size::text(field::key, one.key) + protobuf_size::sized(field::value, size_of(one.value));
}

void write(protobuf_writer& out, const attribute& one) noexcept {
  namespace field = otlp_fields::key_value;
  out.text(field::key, one.key);
  out.begin(field::value, size_of(one.value));
  write(out, one.value);
}

std::size_t size_of(const resource& sender) noexcept {
  return size_of_all(otlp_fields::resource::attributes, sender.attributes);
}

void write(protobuf_writer& out, const resource& sender) noexcept {
  write_all(out, otlp_fields::resource::attributes, sender.attributes);
}

std::size_t size_of(const instrumentation_scope& scope) noexcept {
  namespace field = otlp_fields::scope;
  return protobuf_size::text(field::name, scope.name) + protobuf_size::text(field::version, scope.version) +
         size_of_all(field::attributes, scope.attributes);
}

void write(protobuf_writer& out, const instrumentation_scope& scope) noexcept {
  namespace field = otlp_fields::scope;
  out.text(field::name, scope.name);
  out.text(field::version, scope.version);
  write_all(out, field::attributes, scope.attributes);
}

// Times before 1970 come from a clock that was never set: "unknown" is the honest value.
std::uint64_t on_wire(unix_nanos time) noexcept {
  return time > 0 ? static_cast<std::uint64_t>(time) : 0;
}

std::size_t size_of(const span_event& event) noexcept {
  namespace field = otlp_fields::event;
  return protobuf_size::fixed64(field::time, on_wire(event.time)) +
         protobuf_size::text(field::name, event.name) + size_of_all(field::attributes, event.attributes) +
         protobuf_size::number(field::dropped_attributes, event.dropped_attributes);
}

void write(protobuf_writer& out, const span_event& event) noexcept {
  namespace field = otlp_fields::event;
  out.fixed64(field::time, on_wire(event.time));
  out.text(field::name, event.name);
  write_all(out, field::attributes, event.attributes);
  out.number(field::dropped_attributes, event.dropped_attributes);
}

constexpr std::size_t trace_id_field = 2 + trace_id::size;
constexpr std::size_t span_id_field = 2 + span_id::size;

std::size_t size_of(const span_link& link) noexcept {
  namespace field = otlp_fields::link;
  return trace_id_field + span_id_field + protobuf_size::text(field::trace_state, link.tracestate) +
         size_of_all(field::attributes, link.attributes) +
         protobuf_size::number(field::dropped_attributes, link.dropped_attributes) +
         protobuf_size::fixed32(field::flags, link.flags);
}

void write(protobuf_writer& out, const span_link& link) noexcept {
  namespace field = otlp_fields::link;
  out.sized(field::trace_id, link.trace.view());
  out.sized(field::span_id, link.span.view());
  out.text(field::trace_state, link.tracestate);
  write_all(out, field::attributes, link.attributes);
  out.number(field::dropped_attributes, link.dropped_attributes);
  out.fixed32(field::flags, link.flags);
}

std::size_t status_size(const span_record& span) noexcept {
  namespace field = otlp_fields::status;
  return protobuf_size::text(field::message, span.status_message) +
         protobuf_size::number(field::code, static_cast<std::uint64_t>(span.status));
}

std::size_t size_of(const span_record& span) noexcept {
  namespace field = otlp_fields::span;
  const std::size_t status = status_size(span);
  return trace_id_field + span_id_field + (span.parent ? span_id_field : 0) +
         protobuf_size::text(field::trace_state, span.tracestate) +
         protobuf_size::text(field::name, span.name) +
         protobuf_size::number(field::kind, static_cast<std::uint64_t>(span.kind)) +
         protobuf_size::fixed64(field::start, on_wire(span.start)) +
         protobuf_size::fixed64(field::end, on_wire(span.end)) +
         size_of_all(field::attributes, span.attributes) +
         protobuf_size::number(field::dropped_attributes, span.dropped_attributes) +
         size_of_all(field::events, span.events) +
         protobuf_size::number(field::dropped_events, span.dropped_events) +
         size_of_all(field::links, span.links) +
         protobuf_size::number(field::dropped_links, span.dropped_links) +
         (status == 0 ? 0 : protobuf_size::sized(field::status, status)) +
         protobuf_size::fixed32(field::flags, span.flags);
}

void write(protobuf_writer& out, const span_record& span) noexcept {
  namespace field = otlp_fields::span;
  out.sized(field::trace_id, span.trace.view());
  out.sized(field::span_id, span.span.view());
  out.text(field::trace_state, span.tracestate);
  if (span.parent) out.sized(field::parent_span_id, span.parent->view());
  out.text(field::name, span.name);
  out.number(field::kind, static_cast<std::uint64_t>(span.kind));
  out.fixed64(field::start, on_wire(span.start));
  out.fixed64(field::end, on_wire(span.end));
  write_all(out, field::attributes, span.attributes);
  out.number(field::dropped_attributes, span.dropped_attributes);
  write_all(out, field::events, span.events);
  out.number(field::dropped_events, span.dropped_events);
  write_all(out, field::links, span.links);
  out.number(field::dropped_links, span.dropped_links);
  if (const std::size_t status = status_size(span); status != 0) {
    out.begin(field::status, status);
    out.text(otlp_fields::status::message, span.status_message);
    out.number(otlp_fields::status::code, static_cast<std::uint64_t>(span.status));
  }
  out.fixed32(field::flags, span.flags);
}

std::size_t size_of(const log_record& log) noexcept {
  namespace field = otlp_fields::log;
  return protobuf_size::fixed64(field::time, on_wire(log.time)) +
         protobuf_size::number(field::severity_number, static_cast<std::uint64_t>(log.severity)) +
         protobuf_size::text(field::severity_text, log.severity_text) +
         (log.body.is_absent() ? 0 : protobuf_size::sized(field::body, size_of(log.body))) +
         size_of_all(field::attributes, log.attributes) +
         protobuf_size::number(field::dropped_attributes, log.dropped_attributes) +
         protobuf_size::fixed32(field::flags, log.flags) + (log.trace ? trace_id_field : 0) +
         (log.span ? span_id_field : 0) +
         protobuf_size::fixed64(field::observed_time, on_wire(log.observed)) +
         protobuf_size::text(field::event_name, log.event_name);
}

void write(protobuf_writer& out, const log_record& log) noexcept {
  namespace field = otlp_fields::log;
  out.fixed64(field::time, on_wire(log.time));
  out.number(field::severity_number, static_cast<std::uint64_t>(log.severity));
  out.text(field::severity_text, log.severity_text);
  if (!log.body.is_absent()) {
    out.begin(field::body, size_of(log.body));
    write(out, log.body);
  }
  write_all(out, field::attributes, log.attributes);
  out.number(field::dropped_attributes, log.dropped_attributes);
  out.fixed32(field::flags, log.flags);
  if (log.trace) out.sized(field::trace_id, log.trace->view());
  if (log.span) out.sized(field::span_id, log.span->view());
  out.fixed64(field::observed_time, on_wire(log.observed));
  out.text(field::event_name, log.event_name);
}

// The whole request: sizes from the leaves to the root, then one pass that writes.
template <class Record>
void encode(const record_groups<Record>& groups, std::string& out) {
  namespace in_resource = otlp_fields::resource_records;
  namespace in_scope = otlp_fields::scope_records;
  std::vector<std::size_t> sizes;  // of records, in the order of writing
  std::vector<std::size_t> scope_sizes;
  std::vector<std::size_t> resource_sizes;
  std::size_t total = 0;
  for (const auto& of_resource : groups.resources()) {
    std::size_t resource_size = 0;
    if (of_resource.resource) {
      resource_size += protobuf_size::sized(in_resource::resource, size_of(*of_resource.resource));
    }
    for (const auto& of_scope : of_resource.scopes) {
      std::size_t scope_size = 0;
      if (of_scope.scope) scope_size += protobuf_size::sized(in_scope::scope, size_of(*of_scope.scope));
      for (const Record* record : of_scope.records) {
        const std::size_t size = size_of(*record);
        sizes.push_back(size);
        scope_size += protobuf_size::sized(in_scope::records, size);
      }
      scope_sizes.push_back(scope_size);
      resource_size += protobuf_size::sized(in_resource::scopes, scope_size);
    }
    resource_sizes.push_back(resource_size);
    total += protobuf_size::sized(otlp_fields::request::resources, resource_size);
  }

  const std::size_t before = out.size();
  out.resize(before + total);
  protobuf_writer to{out.data() + before};
  auto next_size = sizes.begin();
  auto next_scope_size = scope_sizes.begin();
  auto next_resource_size = resource_sizes.begin();
  for (const auto& of_resource : groups.resources()) {
    to.begin(otlp_fields::request::resources, *next_resource_size++);
    if (of_resource.resource) {
      to.begin(in_resource::resource, size_of(*of_resource.resource));
      write(to, *of_resource.resource);
    }
    for (const auto& of_scope : of_resource.scopes) {
      to.begin(in_resource::scopes, *next_scope_size++);
      if (of_scope.scope) {
        to.begin(in_scope::scope, size_of(*of_scope.scope));
        write(to, *of_scope.scope);
      }
      for (const Record* record : of_scope.records) {
        to.begin(in_scope::records, *next_size++);
        write(to, *record);
      }
    }
  }
}

}  // namespace

void encode_traces(const span_batch& batch, std::string& out) {
  record_groups<span_record> groups;
  batch.for_each_span([&](const span_record& span) { groups.add(span); });
  encode(groups, out);
}

void encode_logs(const span_batch& batch, std::string& out) {
  record_groups<log_record> groups;
  batch.for_each_log([&](const log_record& log) { groups.add(log); });
  encode(groups, out);
}

}  // namespace waybill::inline v0::otlp_protobuf
