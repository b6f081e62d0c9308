#include <waybill/wire/otlp_protobuf.hpp>

#include <waybill/wire/otlp_fields.hpp>
#include <waybill/wire/protobuf_writer.hpp>
#include <waybill/wire/record_groups.hpp>

#include <algorithm>

namespace waybill::inline v0::otlp_protobuf {
namespace {

// A record's length stands before it and is known behind it: room for it is kept by what the record takes at most, which is
// quickly said, and the exact one is put there in the end. For the small messages inside there is the exact size, and beside
// it the function that writes as many bytes. Writers go by value and come back: one whose address is known to nobody stays in
// a register.

std::size_t size_of(const attribute_value& value) noexcept;
std::size_t size_of(const attribute& one) noexcept;
std::size_t size_of(const span_event& event) noexcept;
std::size_t size_of(const span_link& link) noexcept;
std::size_t size_of(const entity_ref& entity) noexcept;
protobuf_writer write(protobuf_writer out, const attribute_value& value) noexcept;
protobuf_writer write(protobuf_writer out, const span_event& event) noexcept;
protobuf_writer write(protobuf_writer out, const span_link& link) noexcept;
protobuf_writer write(protobuf_writer out, const entity_ref& entity) noexcept;

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

[[gnu::always_inline]] inline protobuf_writer write(protobuf_writer out,
                                                    const attribute_value& value) noexcept {
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

// The same of a flat value whose text is short.
[[gnu::always_inline]] inline protobuf_writer write_short(protobuf_writer out,
                                                          const attribute_value& value) noexcept {
  namespace field = otlp_fields::any_value;
  if (value.kind() == value_kind::text) {
    out.sized_short(field::string, value.as_text());
    return out;
  }
  if (value.kind() == value_kind::integer) {
    out.varint_field(field::integer, static_cast<std::uint64_t>(value.as_integer()));
    return out;
  }
  return write(out, value);
}

// KeyValue. Both fields are always written: an empty key costs two bytes, and the sizes need no look at it.
inline std::size_t size_of(const attribute& one) noexcept {
  namespace field = otlp_fields::key_value;
  return protobuf_size::sized(field::key, one.key.size()) +
         protobuf_size::sized(field::value, size_of(one.value));
}

constexpr bool is_nested(value_kind kind) noexcept {
  return kind == value_kind::list || kind == value_kind::group;
}

// What a key and a value take at most beside their text, with the tag and length of the whole: four tags, four lengths of
// one byte or of up to five, or a number of up to ten bytes in place of a text.
constexpr std::size_t short_text = 100;
constexpr std::size_t most_beside_short = 4 + 3 + 10;
constexpr std::size_t most_beside_long = 4 + 4 * 5;

template <otlp_fields::field Number>
protobuf_writer write_all(protobuf_writer out, std::span<const attribute> attributes) noexcept {
  namespace field = otlp_fields::key_value;
  for (const auto& one : attributes) {
    // Nearly always all lengths are below 128, and then each is one byte, which is put there when the value stands.
    if (one.key.size() + one.value.size() < short_text && !is_nested(one.value.kind())) [[likely]] {
      char* const all = out.begin_short(Number);
      out.sized_short(field::key, one.key);
      char* const value = out.begin_short(field::value);
      out = write_short(out, one.value);
      out.end_short(value);
      out.end_short(all);
    } else {
      out.begin(Number, size_of(one));
      out.sized(field::key, one.key);
      out.begin(field::value, size_of(one.value));
      out = write(out, one.value);
    }
  }
  return out;
}

// At most so many bytes, with tags and lengths.
std::size_t room_for(std::span<const attribute> attributes) noexcept {
  std::size_t room = attributes.size() * most_beside_short;
  for (const auto& one : attributes) {
    const std::size_t text = one.key.size() + one.value.size();
    room += text;
    if (text >= short_text || is_nested(one.value.kind())) [[unlikely]]
      room += most_beside_long + size_of(one.value);
  }
  return room;
}

template <otlp_fields::field Number>
std::size_t size_of_keys(std::span<const std::string_view> keys) noexcept {
  std::size_t size = 0;
  for (const std::string_view key : keys) size += protobuf_size::sized(Number, key.size());
  return size;
}

std::size_t size_of(const entity_ref& entity) noexcept {
  namespace field = otlp_fields::entity_ref;
  return protobuf_size::text(field::schema_url, entity.schema_url) +
         protobuf_size::text(field::type, entity.type) + size_of_keys<field::id_keys>(entity.id_keys) +
         size_of_keys<field::description_keys>(entity.description_keys);
}

protobuf_writer write(protobuf_writer out, const entity_ref& entity) noexcept {
  namespace field = otlp_fields::entity_ref;
  out.text(field::schema_url, entity.schema_url);
  out.text(field::type, entity.type);
  for (const std::string_view key : entity.id_keys) out.sized(field::id_keys, key);
  for (const std::string_view key : entity.description_keys) out.sized(field::description_keys, key);
  return out;
}

std::size_t size_of(const resource& sender) noexcept {
  namespace field = otlp_fields::resource;
  return size_of_all<field::attributes>(sender.attributes) +
         protobuf_size::number(field::dropped_attributes, sender.dropped_attributes) +
         size_of_all<field::entity_refs>(sender.entities);
}

protobuf_writer write(protobuf_writer out, const resource& sender) noexcept {
  namespace field = otlp_fields::resource;
  out = write_all<field::attributes>(out, sender.attributes);
  out.number(field::dropped_attributes, sender.dropped_attributes);
  return write_all<field::entity_refs>(out, sender.entities);
}

std::size_t size_of(const instrumentation_scope& scope) noexcept {
  namespace field = otlp_fields::scope;
  return protobuf_size::text(field::name, scope.name) + protobuf_size::text(field::version, scope.version) +
         size_of_all<field::attributes>(scope.attributes) +
         protobuf_size::number(field::dropped_attributes, scope.dropped_attributes);
}

protobuf_writer write(protobuf_writer out, const instrumentation_scope& scope) noexcept {
  namespace field = otlp_fields::scope;
  out.text(field::name, scope.name);
  out.text(field::version, scope.version);
  out = write_all<field::attributes>(out, scope.attributes);
  out.number(field::dropped_attributes, scope.dropped_attributes);
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

// Everything of a span but text, attributes, events and links: ids, times, numbers, and all tags and lengths.
constexpr std::size_t most_of_bare_span = 160;

std::size_t room_for(const span_record& span) noexcept {
  namespace field = otlp_fields::span;
  return most_of_bare_span + span.tracestate.size() + span.name.size() + span.status_message.size() +
         room_for(span.attributes) + size_of_all<field::events>(span.events) +
         size_of_all<field::links>(span.links);
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

// The same of a log record.
constexpr std::size_t most_of_bare_log = 128;

std::size_t room_for(const log_record& log) noexcept {
  return most_of_bare_log + log.severity_text.size() + log.event_name.size() + size_of(log.body) +
         room_for(log.attributes);
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

// What a message takes at most, with tag and length.
constexpr std::size_t with_length(std::size_t most) noexcept {
  return 2 + protobuf_size::varint(most) + most;
}

// Two tags and two lengths, of a resource or a scope and of what stands in it.
constexpr std::size_t most_of_frame = 24;

constexpr std::size_t growth = 1024;

// A resource or scope and the schema beside it, at most.
template <class Sender>
std::size_t room_of_sender(const Sender* sender) noexcept {
  return sender == nullptr ? 0 : with_length(size_of(*sender)) + with_length(sender->schema_url.size());
}

// The whole request: what everything takes at most, from the leaves to the root, then one pass that writes.
template <class Record>
void encode(const record_groups<Record>& groups, std::string& out) {
  namespace in_resource = otlp_fields::resource_records;
  namespace in_scope = otlp_fields::scope_records;
  std::vector<std::size_t> rooms;  // of records, in the order of writing
  std::vector<std::size_t> scope_rooms;
  std::vector<std::size_t> resource_rooms;
  std::size_t total = 0;
  for (const auto& of_resource : groups.resources()) {
    std::size_t resource_room = 0;
    resource_room += room_of_sender(of_resource.resource);
    for (const auto& of_scope : of_resource.scopes) {
      std::size_t scope_room = 0;
      scope_room += room_of_sender(of_scope.scope);
      rooms.reserve(rooms.size() + of_scope.records.size());
      for (const Record* record : of_scope.records) {
        const std::size_t room = room_for(*record);
        rooms.push_back(room);
        scope_room += with_length(room);
      }
      scope_rooms.push_back(scope_room);
      resource_room += with_length(scope_room);
    }
    resource_rooms.push_back(resource_room);
    total += with_length(resource_room);
  }

  out.reserve(out.size() + total);
  protobuf_writer to{out.data() + out.size()};
  // Grows a few records at a time: what was just filled with zeros is still near when it is written.
  const auto grow = [&](std::size_t room) {
    const auto used = static_cast<std::size_t>(to.position() - out.data());
    if (out.size() - used < room) [[unlikely]]
      out.resize(std::min(out.capacity(), used + room + growth));
  };
  auto next_room = rooms.begin();
  auto next_scope_room = scope_rooms.begin();
  auto next_resource_room = resource_rooms.begin();
  for (const auto& of_resource : groups.resources()) {
    grow(most_of_frame + room_of_sender(of_resource.resource));
    const auto resource_length = to.begin_later(otlp_fields::request::resources, *next_resource_room++);
    if (of_resource.resource) {
      to.begin(in_resource::resource, size_of(*of_resource.resource));
      to = write(to, *of_resource.resource);
      to.text(in_resource::schema_url, of_resource.resource->schema_url);
    }
    for (const auto& of_scope : of_resource.scopes) {
      grow(most_of_frame + room_of_sender(of_scope.scope));
      const auto scope_length = to.begin_later(in_resource::scopes, *next_scope_room++);
      if (of_scope.scope) {
        to.begin(in_scope::scope, size_of(*of_scope.scope));
        to = write(to, *of_scope.scope);
        to.text(in_scope::schema_url, of_scope.scope->schema_url);
      }
      for (const Record* record : of_scope.records) {
        grow(with_length(*next_room));
        const auto length = to.begin_later(in_scope::records, *next_room++);
        to = write(to, *record);
        to.end(length);
      }
      to.end(scope_length);
    }
    to.end(resource_length);
  }
  out.resize(static_cast<std::size_t>(to.position() - out.data()));
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
