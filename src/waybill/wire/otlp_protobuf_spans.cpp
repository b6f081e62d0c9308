#include <waybill/wire/otlp_protobuf_spans.hpp>

namespace waybill::inline v0::otlp_protobuf {
namespace {

void push_event(pbf_reader from, record_builder& to) {
  namespace field = otlp_fields::event;
  const std::size_t bottom = to.attributes.size();
  span_event event;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case fixed64(field::time):
        event.time = to_unix_nanos(from.get_fixed64());
        break;
      case text(field::name):
        event.name = read_text(from, to);
        break;
      case message(field::attributes):
        push_attribute(from.get_message(), to);
        break;
      case varint(field::dropped_attributes):
        event.dropped_attributes = from.get_uint32();
        break;
      default:
        from.skip();
    }
  }
  event.attributes = to.take(to.attributes, bottom);
  to.push(to.events, event);
}

// False when the link points nowhere.
bool push_link(pbf_reader from, record_builder& to) {
  namespace field = otlp_fields::link;
  const std::size_t bottom = to.attributes.size();
  std::optional<trace_id> trace;
  std::optional<span_id> span;
  std::string_view tracestate;
  std::uint32_t dropped_attributes = 0;
  std::uint32_t flags = 0;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::trace_id):
        trace = trace_id::from_bytes(raw(from));
        break;
      case text(field::span_id):
        span = span_id::from_bytes(raw(from));
        break;
      case text(field::trace_state):
        tracestate = read_text(from, to);
        break;
      case message(field::attributes):
        push_attribute(from.get_message(), to);
        break;
      case varint(field::dropped_attributes):
        dropped_attributes = from.get_uint32();
        break;
      case fixed32(field::flags):
        flags = from.get_fixed32();
        break;
      default:
        from.skip();
    }
  }
  const auto attributes = to.take(to.attributes, bottom);
  if (!trace || !span) return false;
  to.push(to.links, span_link{*trace, *span, tracestate, attributes, dropped_attributes, flags});
  return true;
}

void read_status(pbf_reader from, record_builder& to, span_record& into) {
  namespace field = otlp_fields::status;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::message):
        into.status_message = read_text(from, to);
        break;
      case varint(field::code):
        into.status = to_status_code(from.get_int64());
        break;
      default:
        from.skip();
    }
  }
}

}  // namespace

void read_span(pbf_reader from, record_builder& to, const resource* sender,
               const instrumentation_scope* scope) {
  namespace field = otlp_fields::span;
  const std::size_t first_attribute = to.attributes.size();
  std::optional<trace_id> trace;
  std::optional<span_id> span;
  std::string_view parent;
  span_record& record = to.add_span();
  record.kind = span_kind::unspecified;
  record.resource = sender;
  record.scope = scope;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::trace_id):
        trace = trace_id::from_bytes(raw(from));
        break;
      case text(field::span_id):
        span = span_id::from_bytes(raw(from));
        break;
      case text(field::trace_state):
        record.tracestate = read_text(from, to);
        break;
      case text(field::parent_span_id):
        parent = raw(from);
        break;
      case text(field::name):
        record.name = read_text(from, to);
        break;
      case varint(field::kind):
        record.kind = to_span_kind(from.get_int64());
        break;
      case fixed64(field::start):
        record.start = to_unix_nanos(from.get_fixed64());
        break;
      case fixed64(field::end):
        record.end = to_unix_nanos(from.get_fixed64());
        break;
      case message(field::attributes):
        push_attribute(from.get_message(), to);
        break;
      case varint(field::dropped_attributes):
        record.dropped_attributes = from.get_uint32();
        break;
      case message(field::events):
        push_event(from.get_message(), to);
        break;
      case varint(field::dropped_events):
        record.dropped_events = from.get_uint32();
        break;
      case message(field::links):
        if (!push_link(from.get_message(), to)) {
          ++record.dropped_links;
          to.note("A span link without a trace id of 16 bytes and a span id of 8 was left out.");
        }
        break;
      case varint(field::dropped_links):
        record.dropped_links += from.get_uint32();
        break;
      case message(field::status):
        read_status(from.get_message(), to, record);
        break;
      case fixed32(field::flags):
        record.flags = from.get_fixed32();
        break;
      default:
        from.skip();
    }
  }
  record.attributes = to.take(to.attributes, first_attribute);
  record.events = to.take(to.events, 0);
  record.links = to.take(to.links, 0);
  record.parent = span_id::from_bytes(parent);
  if (!trace)
    return to.reject_last_span("A span without a trace id of 16 bytes, not all zero, was left out.");
  if (!span) return to.reject_last_span("A span without a span id of 8 bytes, not all zero, was left out.");
  if (!parent.empty() && parent.size() != span_id::size) {
    return to.reject_last_span("A span whose parent id is not 8 bytes long was left out.");
  }
  record.trace = *trace;
  record.span = *span;
}

}  // namespace waybill::inline v0::otlp_protobuf
