#include <waybill/wire/sentry_log_encode.hpp>

#include <waybill/base/json_writer.hpp>
#include <waybill/version.hpp>
#include <waybill/wire/plain_json.hpp>
#include <waybill/wire/sentry_attributes.hpp>
#include <waybill/wire/sentry_seconds.hpp>

#include <algorithm>

namespace waybill::inline v0::sentry_logs {
namespace {

// The six ranges of OTLP's severity numbers, in Sentry's words.
std::string_view level_of(std::int32_t severity) noexcept {
  constexpr std::string_view words[] = {"trace", "debug", "info", "warn", "error", "fatal"};
  if (severity <= 0) return "info";
  return words[std::min((severity - 1) / 4, 5)];
}

void write_text(json_writer& to, std::string_view key, std::string_view text) {
  if (!text.empty()) sentry_attributes::write(to, key, text);
}

bool is_written_here(std::string_view key) noexcept {
  constexpr std::string_view ours[] = {"event.name",      "sentry.release",     "sentry.environment",
                                       "sentry.sdk.name", "sentry.sdk.version", "server.address",
                                       "service.name"};
  return std::ranges::find(ours, key) != std::end(ours);
}

std::string body_of(const log_record& log) {
  if (log.body.kind() == value_kind::text) return std::string{log.body.as_text()};
  if (log.body.is_absent()) return std::string{log.event_name};
  std::string json;
  json_writer to{json};
  write_plain_json(to, log.body);
  return json;
}

}  // namespace

bool append(const log_record& log, const sentry_sender& sender, std::string& items) {
  if (!log.trace) return false;
  if (!items.empty()) items += ',';
  json_writer to{items};
  to.begin_object().key("timestamp");
  write_sentry_seconds(to, log.time != 0 ? log.time : log.observed);
  to.key("trace_id").text(log.trace->to_hex());
  if (log.span) to.key("span_id").text(log.span->to_hex());
  to.key("level").text(level_of(log.severity));
  if (log.severity > 0) to.key("severity_number").integer(log.severity);
  to.key("body").text(body_of(log));
  to.key("attributes").begin_object();
  write_text(to, "event.name", log.event_name);
  write_text(to, "sentry.release", sender.release);
  write_text(to, "sentry.environment", sender.environment);
  write_text(to, "sentry.sdk.name", "waybill");
  write_text(to, "sentry.sdk.version", version_text);
  if (log.resource != nullptr) {
    write_text(to, "service.name", service_name(log.resource));
    write_text(to, "server.address", find_attribute(log.resource->attributes, "host.name").as_text());
  }
  for (const auto& [key, value] : log.attributes) {
    if (!is_written_here(key)) sentry_attributes::write(to, key, value);
  }
  to.end_object().end_object();
  return true;
}

std::string payload(std::string_view items) {
  return std::string{R"({"items":[)"}.append(items).append("]}");
}

}  // namespace waybill::inline v0::sentry_logs
