#include <waybill/wire/otlp_json_spans.hpp>

namespace waybill::inline v0::otlp_json {
namespace {

void push_event(json_value& from, record_builder& to) {
  span_event event;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "timeUnixNano") {
      event.time = to_unix_nanos(read_integer<std::uint64_t>(content));
    } else if (key == "name") {
      event.name = read_text(content, to);
    } else if (key == "attributes") {
      event.attributes = read_attributes(content, to);
    } else if (key == "droppedAttributesCount") {
      event.dropped_attributes = read_count(content);
    }
  });
  to.push(to.events, event);
}

// False when the link points nowhere.
bool push_link(json_value& from, record_builder& to) {
  std::optional<trace_id> trace;
  std::optional<span_id> span;
  std::string_view tracestate;
  std::span<const attribute> attributes;
  std::uint32_t dropped_attributes = 0;
  std::uint32_t flags = 0;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "traceId") {
      trace = read_trace_id(read_text(content, to));
    } else if (key == "spanId") {
      span = read_span_id(read_text(content, to));
    } else if (key == "traceState") {
      tracestate = read_text(content, to);
    } else if (key == "attributes") {
      attributes = read_attributes(content, to);
    } else if (key == "droppedAttributesCount") {
      dropped_attributes = read_count(content);
    } else if (key == "flags") {
      flags = read_count(content);
    }
  });
  if (!trace || !span) return false;
  to.push(to.links, span_link{*trace, *span, tracestate, attributes, dropped_attributes, flags});
  return true;
}

}  // namespace

void read_span(json_value& from, record_builder& to, const resource* sender,
               const instrumentation_scope* scope) {
  std::string_view trace;
  std::string_view span;
  std::string_view parent;
  span_record& record = to.add_span();
  record.kind = span_kind::unspecified;
  record.resource = sender;
  record.scope = scope;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "traceId") {
      trace = read_text(content, to);
    } else if (key == "spanId") {
      span = read_text(content, to);
    } else if (key == "parentSpanId") {
      parent = read_text(content, to);
    } else if (key == "name") {
      record.name = read_text(content, to);
    } else if (key == "kind") {
      record.kind = to_span_kind(read_span_kind(content, to));
    } else if (key == "startTimeUnixNano") {
      record.start = to_unix_nanos(read_integer<std::uint64_t>(content));
    } else if (key == "endTimeUnixNano") {
      record.end = to_unix_nanos(read_integer<std::uint64_t>(content));
    } else if (key == "attributes") {
      record.attributes = read_attributes(content, to);
    } else if (key == "events") {
      each_element(content, [&](json_value& event) { push_event(event, to); });
    } else if (key == "links") {
      each_element(content, [&](json_value& link) {
        if (push_link(link, to)) return;
        ++record.dropped_links;
        to.note("A span link without a trace id of 32 hex digits and a span id of 16 was left out.");
      });
    } else if (key == "status") {
      each_field(content, [&](std::string_view part, json_value& value) {
        if (part == "message") record.status_message = read_text(value, to);
        if (part == "code") record.status = to_status_code(read_status_code(value, to));
      });
    } else if (key == "traceState") {
      record.tracestate = read_text(content, to);
    } else if (key == "flags") {
      record.flags = read_count(content);
    } else if (key == "droppedAttributesCount") {
      record.dropped_attributes = read_count(content);
    } else if (key == "droppedEventsCount") {
      record.dropped_events = read_count(content);
    } else if (key == "droppedLinksCount") {
      record.dropped_links += read_count(content);
    }
  });
  record.events = to.take(to.events, 0);
  record.links = to.take(to.links, 0);
  const auto of_trace = read_trace_id(trace);
  const auto of_span = read_span_id(span);
  record.parent = read_span_id(parent);
  if (!of_trace) {
    return to.reject_last_span("A span without a trace id of 32 hex digits, not all zero, was left out.");
  }
  if (!of_span)
    return to.reject_last_span("A span without a span id of 16 hex digits, not all zero, was left out.");
  if (!record.parent && !is_zero_span_id(parent)) {
    return to.reject_last_span("A span whose parent id is not 16 hex digits was left out.");
  }
  record.trace = *of_trace;
  record.span = *of_span;
}

}  // namespace waybill::inline v0::otlp_json
