#include <waybill/wire/otlp_json_logs.hpp>

namespace waybill::inline v0::otlp_json {

void read_log(json_value& from, record_builder& to, const resource* sender,
              const instrumentation_scope* scope) {
  std::string_view trace;
  std::string_view span;
  log_record& record = to.add_log();
  record.resource = sender;
  record.scope = scope;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "timeUnixNano") {
      record.time = to_unix_nanos(read_integer<std::uint64_t>(content));
    } else if (key == "observedTimeUnixNano") {
      record.observed = to_unix_nanos(read_integer<std::uint64_t>(content));
    } else if (key == "severityNumber") {
      record.severity = static_cast<std::int32_t>(read_severity(content, to));
    } else if (key == "severityText") {
      record.severity_text = read_text(content, to);
    } else if (key == "body") {
      record.body = read_value(content, to);
    } else if (key == "attributes") {
      record.attributes = read_attributes(content, to);
    } else if (key == "droppedAttributesCount") {
      record.dropped_attributes = read_count(content);
    } else if (key == "flags") {
      record.flags = read_count(content);
    } else if (key == "traceId") {
      trace = read_text(content, to);
    } else if (key == "spanId") {
      span = read_text(content, to);
    } else if (key == "eventName") {
      record.event_name = read_text(content, to);
    }
  });
  record.trace = read_trace_id(trace);
  record.span = read_span_id(span);
  if ((!record.trace && !trace.empty() && trace.size() != 2 * trace_id::size) ||
      (!record.span && !span.empty() && span.size() != 2 * span_id::size)) {
    to.note("A log record's trace or span id has a wrong length and was left out; the record was kept.");
  }
}

}  // namespace waybill::inline v0::otlp_json
