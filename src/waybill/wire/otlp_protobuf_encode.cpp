#include <waybill/wire/otlp_protobuf.hpp>

#include <waybill/wire/otlp_fields.hpp>
#include <waybill/wire/protobuf_writer.hpp>
#include <waybill/wire/record_groups.hpp>

namespace waybill::inline v0::otlp_protobuf {
namespace {

// For each message: its size, and beside it the function that writes as many bytes. A flat value's size costs a few
// instructions, so it is computed again where it is written; those of whole records are kept. Writers go by value and come
// back: one whose address is known to nobody stays in a register.

std::size_t size_of(const attribute_value& value) noexcept;
std::size_t size_of(const attribute& one) noexcept;
std::size_t size_of(const span_event& event) noexcept;
std::size_t size_of(const span_link& link) noexcept;
protobuf_writer write(protobuf_writer out, const attribute_value& value) noexcept;
protobuf_writer write(protobuf_writer out, const span_event& event) noexcept;
protobuf_writer write(protobuf_writer out, const span_link& link) noexcept;

// A repeated field. Its number is a parameter of the template, so that its tag is known to the compiler.
template <otlp_fields::field Number, class Message>
std::size_t size_of_all(std::span<const Message> messages) noexcept {
  std::size_t size = 0;
  for (const auto& one : messages) size += protobuf_size::sized(Number, size_of(one));
  return size;
}

template <otlp_fields::field Number, class Message>
protobuf_writer write_all(protobuf_writer out, std::span<const Message> messages) noexcept {
  for (const auto& one : messages) {
    out.begin(Number, size_of(one));
    out = write(out, one);
  }
  return out;
}

// KeyValue, the innermost loop of all.
template <otlp_fields::field Number>
protobuf_writer write_all(protobuf_writer out, std::span<const attribute> attributes) noexcept;

// AnyValue. Lists and groups apart, and never inlined: so the flat ones are.
[[gnu::noinline]] std::size_t size_of_nested(const attribute_value& value) noexcept {
  namespace field = otlp_fields::any_value;
  constexpr auto values = otlp_fields::values::values;
  if (value.kind() == value_kind::list) {
    return protobuf_size::sized(field::array, size_of_all<values>(std::span{value.elements(), value.size()}));
  }
  return protobuf_size::sized(field::group, size_of_all<values>(std::span{value.members(), value.size()}));
}

[[gnu::noinline]] protobuf_writer write_nested(protobuf_writer out, const attribute_value& value) noexcept {
  namespace field = otlp_fields::any_value;
  constexpr auto values = otlp_fields::values::values;
  if (value.kind() == value_kind::list) {
    const std::span elements{value.elements(), value.size()};
    out.begin(field::array, size_of_all<values>(elements));
    return write_all<values>(out, elements);
  }
  const std::span members{value.members(), value.size()};
  out.begin(field::group, size_of_all<values>(members));
  return write_all<values>(out, members);
}

inline std::size_t size_of(const attribute_value& value) noexcept {
  namespace field = otlp_fields::any_value;
  switch (value.kind()) {
    case value_kind::text:
    case value_kind::bytes:
      return protobuf_size::sized(field::string, value.size());
    case value_kind::integer:
      return 1 + protobuf_size::varint(static_cast<std::uint64_t>(value.as_integer()));
    case value_kind::boolean:
      return 2;
    case value_kind::number:
      return 9;
    case value_kind::list:
    case value_kind::group:
      return size_of_nested(value);
    case value_kind::absent:
    case value_kind::huge:  // never in a record
      break;
  }
  return 0;
}

inline protobuf_writer write(protobuf_writer out, const attribute_value& value) noexcept {
  namespace field = otlp_fields::any_value;
  switch (value.kind()) {
    case value_kind::text:
      out.sized(field::string, value.as_text());
      return out;
    case value_kind::integer:
      out.varint_field(field::integer, static_cast<std::uint64_t>(value.as_integer()));
      return out;
    case value_kind::boolean:
      out.varint_field(field::boolean, value.as_boolean() ? 1 : 0);
      return out;
    case value_kind::number:
      out.fixed64_field(field::number, std::bit_cast<std::uint64_t>(value.as_number()));
      return out;
    case value_kind::bytes:
      out.sized(field::bytes, value.as_text());
      return out;
    case value_kind::list:
    case value_kind::group:
      return write_nested(out, value);
    case value_kind::absent:
    case value_kind::huge:
      break;
  }
  return out;
}

// KeyValue. Both fields are always written: an empty key costs two bytes, and the sizes need no look at it. Nearly always
// all its lengths are below 128, and then each is one byte.
constexpr std::size_t short_key_value(const attribute& one, std::size_t value_size) noexcept {
  return 4 + one.key.size() + value_size;  // two tags, two lengths
}

inline std::size_t size_of(const attribute& one, std::size_t value_size) noexcept {
  namespace field = otlp_fields::key_value;
  const std::size_t if_short = short_key_value(one, value_size);
  if (if_short < 0x80) [[likely]]
    return if_short;
  return protobuf_size::sized(field::key, one.key.size()) + protobuf_size::sized(field::value, value_size);
}

inline std::size_t size_of(const attribute& one) noexcept {
  return size_of(one, size_of(one.value));
}

template <otlp_fields::field Number>
protobuf_writer write_all(protobuf_writer out, std::span<const attribute> attributes) noexcept {
  namespace field = otlp_fields::key_value;
  for (const auto& one : attributes) {
    const std::size_t value_size = size_of(one.value);
    if (const std::size_t if_short = short_key_value(one, value_size); if_short < 0x80) [[likely]] {
      out.begin_short(Number, if_short);
      out.begin_short(field::key, one.key.size());
      out.raw(one.key);
      out.begin_short(field::value, value_size);
    } else {
      out.begin(Number, size_of(one, value_size));
      out.sized(field::key, one.key);
      out.begin(field::value, value_size);
    }
    out = write(out, one.value);
  }
  return out;
}

std::size_t size_of(const resource& sender) noexcept {
  return size_of_all<otlp_fields::resource::attributes>(sender.attributes);
}

protobuf_writer write(protobuf_writer out, const resource& sender) noexcept {
  out = write_all<otlp_fields::resource::attributes>(out, sender.attributes);
  return out;
}

std::size_t size_of(const instrumentation_scope& scope) noexcept {
  namespace field = otlp_fields::scope;
  return protobuf_size::text(field::name, scope.name) + protobuf_size::text(field::version, scope.version) +
         size_of_all<field::attributes>(scope.attributes);
}

protobuf_writer write(protobuf_writer out, const instrumentation_scope& scope) noexcept {
  namespace field = otlp_fields::scope;
  out.text(field::name, scope.name);
  out.text(field::version, scope.version);
  out = write_all<field::attributes>(out, scope.attributes);
  return out;
}

// Times before 1970 come from a clock that was never set: "unknown" is the honest value.
std::uint64_t on_wire(unix_nanos time) noexcept {
  return time > 0 ? static_cast<std::uint64_t>(time) : 0;
}

std::size_t size_of(const span_event& event) noexcept {
  namespace field = otlp_fields::event;
  return protobuf_size::fixed64(field::time, on_wire(event.time)) +
         protobuf_size::text(field::name, event.name) + size_of_all<field::attributes>(event.attributes) +
         protobuf_size::number(field::dropped_attributes, event.dropped_attributes);
}

protobuf_writer write(protobuf_writer out, const span_event& event) noexcept {
  namespace field = otlp_fields::event;
  out.fixed64(field::time, on_wire(event.time));
  out.text(field::name, event.name);
  out = write_all<field::attributes>(out, event.attributes);
  out.number(field::dropped_attributes, event.dropped_attributes);
  return out;
}

constexpr std::size_t trace_id_field = 2 + trace_id::size;
constexpr std::size_t span_id_field = 2 + span_id::size;

std::size_t size_of(const span_link& link) noexcept {
  namespace field = otlp_fields::link;
  return trace_id_field + span_id_field + protobuf_size::text(field::trace_state, link.tracestate) +
         size_of_all<field::attributes>(link.attributes) +
         protobuf_size::number(field::dropped_attributes, link.dropped_attributes) +
         protobuf_size::fixed32(field::flags, link.flags);
}

protobuf_writer write(protobuf_writer out, const span_link& link) noexcept {
  namespace field = otlp_fields::link;
  out.sized(field::trace_id, link.trace.view());
  out.sized(field::span_id, link.span.view());
  out.text(field::trace_state, link.tracestate);
  out = write_all<field::attributes>(out, link.attributes);
  out.number(field::dropped_attributes, link.dropped_attributes);
  out.fixed32(field::flags, link.flags);
  return out;
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
         size_of_all<field::attributes>(span.attributes) +
         protobuf_size::number(field::dropped_attributes, span.dropped_attributes) +
         size_of_all<field::events>(span.events) +
         protobuf_size::number(field::dropped_events, span.dropped_events) +
         size_of_all<field::links>(span.links) +
         protobuf_size::number(field::dropped_links, span.dropped_links) +
         (status == 0 ? 0 : protobuf_size::sized(field::status, status)) +
         protobuf_size::fixed32(field::flags, span.flags);
}

protobuf_writer write(protobuf_writer out, const span_record& span) noexcept {
  namespace field = otlp_fields::span;
  out.sized(field::trace_id, span.trace.view());
  out.sized(field::span_id, span.span.view());
  out.text(field::trace_state, span.tracestate);
  if (span.parent) out.sized(field::parent_span_id, span.parent->view());
  out.text(field::name, span.name);
  out.number(field::kind, static_cast<std::uint64_t>(span.kind));
  out.fixed64(field::start, on_wire(span.start));
  out.fixed64(field::end, on_wire(span.end));
  out = write_all<field::attributes>(out, span.attributes);
  out.number(field::dropped_attributes, span.dropped_attributes);
  out = write_all<field::events>(out, span.events);
  out.number(field::dropped_events, span.dropped_events);
  out = write_all<field::links>(out, span.links);
  out.number(field::dropped_links, span.dropped_links);
  if (const std::size_t status = status_size(span); status != 0) {
    out.begin(field::status, status);
    out.text(otlp_fields::status::message, span.status_message);
    out.number(otlp_fields::status::code, static_cast<std::uint64_t>(span.status));
  }
  out.fixed32(field::flags, span.flags);
  return out;
}

std::size_t size_of(const log_record& log) noexcept {
  namespace field = otlp_fields::log;
  return protobuf_size::fixed64(field::time, on_wire(log.time)) +
         protobuf_size::number(field::severity_number, static_cast<std::uint64_t>(log.severity)) +
         protobuf_size::text(field::severity_text, log.severity_text) +
         (log.body.is_absent() ? 0 : protobuf_size::sized(field::body, size_of(log.body))) +
         size_of_all<field::attributes>(log.attributes) +
         protobuf_size::number(field::dropped_attributes, log.dropped_attributes) +
         protobuf_size::fixed32(field::flags, log.flags) + (log.trace ? trace_id_field : 0) +
         (log.span ? span_id_field : 0) +
         protobuf_size::fixed64(field::observed_time, on_wire(log.observed)) +
         protobuf_size::text(field::event_name, log.event_name);
}

protobuf_writer write(protobuf_writer out, const log_record& log) noexcept {
  namespace field = otlp_fields::log;
  out.fixed64(field::time, on_wire(log.time));
  out.number(field::severity_number, static_cast<std::uint64_t>(log.severity));
  out.text(field::severity_text, log.severity_text);
  if (!log.body.is_absent()) {
    out.begin(field::body, size_of(log.body));
    out = write(out, log.body);
  }
  out = write_all<field::attributes>(out, log.attributes);
  out.number(field::dropped_attributes, log.dropped_attributes);
  out.fixed32(field::flags, log.flags);
  if (log.trace) out.sized(field::trace_id, log.trace->view());
  if (log.span) out.sized(field::span_id, log.span->view());
  out.fixed64(field::observed_time, on_wire(log.observed));
  out.text(field::event_name, log.event_name);
  return out;
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

  out.reserve(out.size() + total);
  // Grows record by record: filling the whole with zeros first would cost as much as a tenth of the writing.
  const auto grow = [&](std::size_t bytes) {
    const std::size_t before = out.size();
    out.resize(before + bytes);
    return protobuf_writer{out.data() + before};
  };
  const auto put = [&](otlp_fields::field number, std::size_t size, const auto& message) {
    protobuf_writer to = grow(protobuf_size::sized(number, size));
    to.begin(number, size);
    write(to, message);
  };
  const auto begin = [&](otlp_fields::field number, std::size_t size) {
    grow(protobuf_size::tag(number) + protobuf_size::varint(size)).begin(number, size);
  };
  auto next_size = sizes.begin();
  auto next_scope_size = scope_sizes.begin();
  auto next_resource_size = resource_sizes.begin();
  for (const auto& of_resource : groups.resources()) {
    begin(otlp_fields::request::resources, *next_resource_size++);
    if (of_resource.resource)
      put(in_resource::resource, size_of(*of_resource.resource), *of_resource.resource);
    for (const auto& of_scope : of_resource.scopes) {
      begin(in_resource::scopes, *next_scope_size++);
      if (of_scope.scope) put(in_scope::scope, size_of(*of_scope.scope), *of_scope.scope);
      for (const Record* record : of_scope.records) put(in_scope::records, *next_size++, *record);
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
