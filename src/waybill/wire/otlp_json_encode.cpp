#include <waybill/wire/otlp_json.hpp>

#include <waybill/base/json_writer.hpp>
#include <waybill/wire/base64.hpp>
#include <waybill/wire/record_groups.hpp>

#include <cmath>

namespace waybill::inline v0::otlp_json {
namespace {

void write_time(json_writer& out, std::string_view key, unix_nanos time) {
  if (time > 0) out.key(key).text(std::to_string(time));
}

void write_text(json_writer& out, std::string_view key, std::string_view text) {
  if (!text.empty()) out.key(key).text(text);
}

void write_count(json_writer& out, std::string_view key, std::uint32_t count) {
  if (count != 0) out.key(key).unsigned_integer(count);
}

template <std::size_t Size>
void write_id(json_writer& out, std::string_view key, const random_id<Size>& id) {
  char digits[2 * Size];
  id.write_hex_to(digits);
  out.key(key).text({digits, sizeof digits});
}

void write_attributes(json_writer& out, std::string_view key, std::span<const attribute> attributes);

void write_value(json_writer& out, const attribute_value& value) {
  out.begin_object();
  switch (value.kind()) {
    case value_kind::boolean:
      out.key("boolValue").boolean(value.as_boolean());
      break;
    case value_kind::integer:
      out.key("intValue").text(std::to_string(value.as_integer()));
      break;
    case value_kind::number:
      out.key("doubleValue");
      if (const double number = value.as_number(); std::isfinite(number)) {
        out.number(number);
      } else {
        out.text(std::isnan(number) ? "NaN" : number < 0 ? "-Infinity" : "Infinity");
      }
      break;
    case value_kind::text:
      out.key("stringValue").text(value.as_text());
      break;
    case value_kind::bytes:
      out.key("bytesValue").text(to_base64(value.as_text()));
      break;
    case value_kind::list:
      out.key("arrayValue").begin_object().key("values").begin_array();
      for (std::size_t i = 0; i < value.size(); ++i) write_value(out, value.elements()[i]);
      out.end_array().end_object();
      break;
    case value_kind::group:
      out.key("kvlistValue").begin_object();
      write_attributes(out, "values", {value.members(), value.size()});
      out.end_object();
      break;
    case value_kind::absent:
    case value_kind::huge:  // never in a record
      break;
  }
  out.end_object();
}

void write_attributes(json_writer& out, std::string_view key, std::span<const attribute> attributes) {
  if (attributes.empty()) return;
  out.key(key).begin_array();
  for (const auto& one : attributes) {
    out.begin_object().key("key").text(one.key).key("value");
    write_value(out, one.value);
    out.end_object();
  }
  out.end_array();
}

void write_record(json_writer& out, const span_record& span) {
  out.begin_object();
  write_id(out, "traceId", span.trace);
  write_id(out, "spanId", span.span);
  if (span.parent) write_id(out, "parentSpanId", *span.parent);
  write_text(out, "traceState", span.tracestate);
  out.key("name").text(span.name);
  out.key("kind").unsigned_integer(static_cast<std::uint64_t>(span.kind));
  write_time(out, "startTimeUnixNano", span.start);
  write_time(out, "endTimeUnixNano", span.end);
  write_attributes(out, "attributes", span.attributes);
  write_count(out, "droppedAttributesCount", span.dropped_attributes);
  if (!span.events.empty()) {
    out.key("events").begin_array();
    for (const auto& event : span.events) {
      out.begin_object();
      write_time(out, "timeUnixNano", event.time);
      out.key("name").text(event.name);
      write_attributes(out, "attributes", event.attributes);
      write_count(out, "droppedAttributesCount", event.dropped_attributes);
      out.end_object();
    }
    out.end_array();
  }
  write_count(out, "droppedEventsCount", span.dropped_events);
  if (!span.links.empty()) {
    out.key("links").begin_array();
    for (const auto& link : span.links) {
      out.begin_object();
      write_id(out, "traceId", link.trace);
      write_id(out, "spanId", link.span);
      write_text(out, "traceState", link.tracestate);
      write_attributes(out, "attributes", link.attributes);
      write_count(out, "droppedAttributesCount", link.dropped_attributes);
      write_count(out, "flags", link.flags);
      out.end_object();
    }
    out.end_array();
  }
  write_count(out, "droppedLinksCount", span.dropped_links);
  out.key("status").begin_object();
  write_text(out, "message", span.status_message);
  write_count(out, "code", static_cast<std::uint32_t>(span.status));
  out.end_object();
  write_count(out, "flags", span.flags);
  out.end_object();
}

void write_record(json_writer& out, const log_record& log) {
  out.begin_object();
  write_time(out, "timeUnixNano", log.time);
  write_time(out, "observedTimeUnixNano", log.observed);
  if (log.severity != 0) out.key("severityNumber").integer(log.severity);
  write_text(out, "severityText", log.severity_text);
  if (!log.body.is_absent()) {
    out.key("body");
    write_value(out, log.body);
  }
  write_attributes(out, "attributes", log.attributes);
  write_count(out, "droppedAttributesCount", log.dropped_attributes);
  write_count(out, "flags", log.flags);
  if (log.trace) write_id(out, "traceId", *log.trace);
  if (log.span) write_id(out, "spanId", *log.span);
  write_text(out, "eventName", log.event_name);
  out.end_object();
}

void write_keys(json_writer& out, std::string_view key, std::span<const std::string_view> keys) {
  if (keys.empty()) return;
  out.key(key).begin_array();
  for (const std::string_view one : keys) out.text(one);
  out.end_array();
}

void write_entities(json_writer& out, std::span<const entity_ref> entities) {
  if (entities.empty()) return;
  out.key("entityRefs").begin_array();
  for (const auto& one : entities) {
    out.begin_object();
    write_text(out, "schemaUrl", one.schema_url);
    write_text(out, "type", one.type);
    write_keys(out, "idKeys", one.id_keys);
    write_keys(out, "descriptionKeys", one.description_keys);
    out.end_object();
  }
  out.end_array();
}

struct group_names {
  std::string_view resources, scopes, records;
};

template <class Record>
void write_groups(json_writer& out, const record_groups<Record>& groups, const group_names& names) {
  out.key(names.resources).begin_array();
  for (const auto& of_resource : groups.resources()) {
    out.begin_object();
    if (of_resource.resource != nullptr) {
      out.key("resource").begin_object();
      write_attributes(out, "attributes", of_resource.resource->attributes);
      write_count(out, "droppedAttributesCount", of_resource.resource->dropped_attributes);
      write_entities(out, of_resource.resource->entities);
      out.end_object();
      write_text(out, "schemaUrl", of_resource.resource->schema_url);
    }
    out.key(names.scopes).begin_array();
    for (const auto& of_scope : of_resource.scopes) {
      out.begin_object();
      if (of_scope.scope != nullptr) {
        out.key("scope").begin_object();
        write_text(out, "name", of_scope.scope->name);
        write_text(out, "version", of_scope.scope->version);
        write_attributes(out, "attributes", of_scope.scope->attributes);
        write_count(out, "droppedAttributesCount", of_scope.scope->dropped_attributes);
        out.end_object();
        write_text(out, "schemaUrl", of_scope.scope->schema_url);
      }
      out.key(names.records).begin_array();
      for (const Record* record : of_scope.records) write_record(out, *record);
      out.end_array().end_object();
    }
    out.end_array().end_object();
  }
  out.end_array();
}

}  // namespace

void encode(const span_batch& batch, std::string& out) {
  record_groups<span_record> spans;
  batch.for_each_span([&](const span_record& span) { spans.add(span); });
  record_groups<log_record> logs;
  batch.for_each_log([&](const log_record& log) { logs.add(log); });
  json_writer to{out};
  to.begin_object();
  write_groups(to, spans, {"resourceSpans", "scopeSpans", "spans"});
  write_groups(to, logs, {"resourceLogs", "scopeLogs", "logRecords"});
  to.end_object();
}

std::string encode_export_answer(otlp_signal signal, const export_answer& answer) {
  std::string body;
  json_writer to{body};
  to.begin_object();
  if (answer.rejected != 0 || !answer.message.empty()) {
    to.key("partialSuccess").begin_object();
    if (answer.rejected != 0) {
      to.key(signal == otlp_signal::traces ? "rejectedSpans"
             : signal == otlp_signal::logs ? "rejectedLogRecords"
                                           : "rejectedDataPoints");
      to.text(std::to_string(answer.rejected));
    }
    write_text(to, "errorMessage", answer.message);
    to.end_object();
  }
  to.end_object();
  return body;
}

std::string encode_error(rpc_code code, std::string_view message) {
  std::string body;
  json_writer{body}
      .begin_object()
      .key("code")
      .unsigned_integer(static_cast<std::uint64_t>(code))
      .key("message")
      .text(message)
      .end_object();
  return body;
}

}  // namespace waybill::inline v0::otlp_json
