#include <waybill/wire/event_json.hpp>

#include <waybill/base/json_writer.hpp>
#include <waybill/wire/plain_json.hpp>
#include <waybill/wire/utc_text.hpp>

#include <algorithm>
#include <iterator>

namespace waybill::inline v0::event_json {
namespace {

// Nothing for a time that nobody knows.
void write_time(json_writer& to, unix_nanos time) {
  utc_text text;
  if (time > 0) to.key("time").text(write_utc(time, text));
}

// What joins lines to traces and to the process they are from: an attribute cannot take its place.
constexpr std::string_view own_keys[] = {"time", "event",    "span",    "service",
                                         "host", "trace_id", "span_id", "parent_span_id"};

void write_attributes(json_writer& to, std::span<const attribute> attributes) {
  for (const auto& [key, value] : attributes) {
    if (std::ranges::find(own_keys, key) != std::end(own_keys)) {
      to.key("attributes." + std::string{key});
    } else {
      to.key(key);
    }
    write_plain_json(to, value);
  }
}

// What a record says about itself beside its attributes; left out where an attribute says it already.
class own_fields {
 public:
  own_fields(json_writer& to, std::span<const attribute> attributes) noexcept
      : to_(to), attributes_(attributes) {}

  void text(std::string_view key, std::string_view value) {
    const bool own = std::ranges::find(own_keys, key) != std::end(own_keys);
    if (!value.empty() && (own || find_attribute(attributes_, key).is_absent())) to_.key(key).text(value);
  }
  template <std::size_t Size>
  void id(std::string_view key, const std::optional<random_id<Size>>& id) {
    if (id) text(key, id->to_hex());
  }

 private:
  json_writer& to_;
  std::span<const attribute> attributes_;
};

// The six ranges of OTLP's severity numbers.
std::string_view severity_name(const log_record& log) noexcept {
  if (!log.severity_text.empty()) return log.severity_text;
  if (log.severity <= 0) return {};
  if (log.severity <= 4) return "TRACE";
  if (log.severity <= 8) return "DEBUG";
  if (log.severity <= 12) return "INFO";
  if (log.severity <= 16) return "WARN";
  return log.severity <= 20 ? "ERROR" : "FATAL";
}

std::string_view host_name(const resource* sender) noexcept {
  return sender == nullptr ? std::string_view{} : find_attribute(sender->attributes, "host.name").as_text();
}

constexpr std::string_view kind_names[] = {"unspecified", "internal", "server",
                                           "client",      "producer", "consumer"};
constexpr std::string_view status_names[] = {"unset", "ok", "error"};

}  // namespace

void encode(const log_record& log, std::string& out) {
  json_writer to{out};
  own_fields own{to, log.attributes};
  to.begin_object();
  write_time(to, log.time != 0 ? log.time : log.observed);
  if (!log.event_name.empty()) to.key("event").text(log.event_name);
  own.text("severity", severity_name(log));
  if (!log.body.is_absent() && find_attribute(log.attributes, "message").is_absent()) {
    to.key("message");
    write_plain_json(to, log.body);
  }
  write_attributes(to, log.attributes);
  own.text("service", service_name(log.resource));
  own.text("host", host_name(log.resource));
  own.id("trace_id", log.trace);
  own.id("span_id", log.span);
  to.end_object();
  out += '\n';
}

void encode(const span_record& span, std::string& out) {
  json_writer to{out};
  own_fields own{to, span.attributes};
  to.begin_object();
  write_time(to, span.start);
  to.key("span").text(span.name);
  own.text("kind", kind_names[static_cast<std::size_t>(span.kind)]);
  if (find_attribute(span.attributes, "duration_ms").is_absent()) {
    to.key("duration_ms").number(static_cast<double>(span.end - span.start) / 1e6);
  }
  if (span.status != status_code::unset)
    own.text("status", status_names[static_cast<std::size_t>(span.status)]);
  own.text("status_message", span.status_message);
  write_attributes(to, span.attributes);
  if (!span.events.empty()) {
    to.key("events").begin_array();
    for (const auto& event : span.events) {
      to.begin_object();
      write_time(to, event.time);
      to.key("event").text(event.name);
      write_attributes(to, event.attributes);
      to.end_object();
    }
    to.end_array();
  }
  if (!span.links.empty()) {
    to.key("links").begin_array();
    for (const auto& link : span.links) {
      to.begin_object().key("trace_id").text(link.trace.to_hex()).key("span_id").text(link.span.to_hex());
      write_attributes(to, link.attributes);
      to.end_object();
    }
    to.end_array();
  }
  own.text("service", service_name(span.resource));
  own.text("host", host_name(span.resource));
  own.id("trace_id", std::optional{span.trace});
  own.id("span_id", std::optional{span.span});
  own.id("parent_span_id", span.parent);
  to.end_object();
  out += '\n';
}

}  // namespace waybill::inline v0::event_json
