#include <waybill/views/json/trace_json.hpp>

#include <waybill/base/json_writer.hpp>

namespace waybill::inline v0 {
namespace {

constexpr int deepest = 16;  // lists and groups inside each other

template <class Id>
void write_id(json_writer& json, const std::optional<Id>& id) {
  if (id) {
    json.text(id->to_hex());
  } else {
    json.null();
  }
}

void write_maybe(json_writer& json, const std::optional<std::int64_t>& value) {
  if (value) {
    json.integer(*value);
  } else {
    json.null();
  }
}

void write_text_or_null(json_writer& json, std::string_view text) {
  if (text.empty()) {
    json.null();
  } else {
    json.text(text);
  }
}

void write_value(json_writer& json, const attribute_value& value, int depth) {
  switch (value.kind()) {
    case value_kind::absent:
      json.null();
      return;
    case value_kind::boolean:
      json.boolean(value.as_boolean());
      return;
    case value_kind::integer:
      json.integer(value.as_integer());
      return;
    case value_kind::number:
      json.number(value.as_number());
      return;
    case value_kind::text:
    case value_kind::bytes:
      json.text(value.as_text());
      return;
    case value_kind::huge:
      json.unsigned_integer(value.as_huge());
      return;
    case value_kind::list:
      if (depth == 0) break;
      json.begin_array();
      for (std::size_t i = 0; i < value.size(); ++i) write_value(json, value.elements()[i], depth - 1);
      json.end_array();
      return;
    case value_kind::group:
      if (depth == 0) break;
      json.begin_object();
      for (std::size_t i = 0; i < value.size(); ++i) {
        json.key(value.members()[i].key);
        write_value(json, value.members()[i].value, depth - 1);
      }
      json.end_object();
      return;
  }
  json.null();
}

std::string_view status_text(status_code status) noexcept {
  switch (status) {
    case status_code::unset:
      return "unset";
    case status_code::ok:
      return "ok";
    case status_code::error:
      return "error";
  }
  return "unset";
}

void write_row(json_writer& json, const trace_row& row) {
  json.begin_object();
  json.key("kind").text(to_text(row.kind));
  json.key("name").text(row.name);
  json.key("service").text(row.service);
  json.key("depth").integer(row.depth);
  json.key("start_unix_nano").integer(row.start);
  json.key("duration_ns").integer(row.duration);
  write_id(json.key("span_id"), row.span);
  write_id(json.key("parent_span_id"), row.parent);
  json.key("status").text(status_text(row.status));
  if (row.linked) {
    json.key("linked").boolean(true);
    if (row.record != nullptr) json.key("trace_id").text(row.record->trace.to_hex());
  }
  if (row.wait != no_wait) json.key("wait").integer(static_cast<std::int64_t>(row.wait));
  json.end_object();
}

void write_wait(json_writer& json, const queue_wait& wait) {
  json.begin_object();
  write_id(json.key("span_id"), wait.work_span);
  write_id(json.key("producer_span_id"),
           wait.sender != nullptr ? std::optional{wait.sender->span} : std::nullopt);
  write_id(json.key("producer_trace_id"),
           wait.sender != nullptr ? std::optional{wait.sender->trace} : std::nullopt);
  json.key("attempt").integer(wait.attempt);
  write_text_or_null(json.key("queue"), wait.queue);
  write_text_or_null(json.key("system"), wait.system);
  write_text_or_null(json.key("task"), wait.task);
  write_text_or_null(json.key("worker"), wait.worker);
  write_maybe(json.key("duration_ns"), wait.duration);
  json.key("exact").boolean(wait.exact);
  write_maybe(json.key("low_ns"), wait.low);
  write_maybe(json.key("high_ns"), wait.high);
  json.key("basis").text(to_text(wait.rule));
  write_maybe(json.key("observed_ns"), wait.observed);
  write_maybe(json.key("age_ns"), wait.age);
  json.key("parts").begin_array();
  for (const auto& [kind, duration] : wait.parts) {
    json.begin_object().key("kind").text(to_text(kind)).key("duration_ns").integer(duration).end_object();
  }
  json.end_array();
  json.key("behind").begin_array();
  for (const auto& one : wait.behind) {
    json.begin_object().key("name").text(one.name);
    write_text_or_null(json.key("worker"), one.worker);
    json.key("trace_id").text(one.span->trace.to_hex()).key("span_id").text(one.span->span.to_hex());
    json.key("overlap_ns").integer(one.overlap).end_object();
  }
  json.end_array();
  json.end_object();
}

void write_log(json_writer& json, const log_record& log) {
  json.begin_object();
  json.key("time_unix_nano").integer(log.time != 0 ? log.time : log.observed);
  write_id(json.key("span_id"), log.span);
  json.key("service").text(service_name(log.resource));
  json.key("severity").integer(log.severity);
  json.key("severity_text").text(log.severity_text);
  json.key("event_name").text(log.event_name);
  write_value(json.key("body"), log.body, deepest);
  write_value(json.key("attributes"), attribute_value::group(log.attributes.data(), log.attributes.size()),
              deepest);
  json.end_object();
}

void write_services(json_writer& json, const std::vector<std::string_view>& services) {
  json.key("services").begin_array();
  for (const auto service : services) json.text(service);
  json.end_array();
}

}  // namespace

std::string to_json(const explained_trace& trace) {
  std::string out;
  json_writer json{out};
  json.begin_object();
  json.key("trace_id").text(trace.trace.to_hex());
  json.key("name").text(trace.name);
  json.key("start_unix_nano").integer(trace.start);
  json.key("duration_ns").integer(trace.duration);
  json.key("verdict").text(trace.verdict);
  write_services(json, trace.services);
  json.key("error_count").unsigned_integer(trace.errors);
  json.key("rows").begin_array();
  for (const auto& row : trace.rows) write_row(json, row);
  json.end_array();
  json.key("waits").begin_array();
  for (const auto& wait : trace.waits) write_wait(json, wait);
  json.end_array();
  json.key("logs").begin_array();
  for (const auto* log : trace.logs) write_log(json, *log);
  json.end_array();
  json.key("problems").begin_array();
  for (const auto& [kind, span, sentence] : trace.problems) {
    json.begin_object().key("kind").text(to_text(kind));
    write_id(json.key("span_id"), span);
    json.key("text").text(sentence).end_object();
  }
  json.end_array();
  json.end_object();
  return out;
}

std::string to_json(const trace_summary& summary) {
  std::string out;
  json_writer json{out};
  json.begin_object();
  json.key("trace_id").text(summary.trace.to_hex());
  json.key("name").text(summary.name);
  write_services(json, summary.services);
  json.key("start_unix_nano").integer(summary.start);
  json.key("duration_ns").integer(summary.duration);
  json.key("span_count").unsigned_integer(summary.spans);
  json.key("error_count").unsigned_integer(summary.errors);
  json.key("longest_wait");
  if (summary.wait) {
    json.begin_object();
    write_text_or_null(json.key("queue"), summary.wait->queue);
    json.key("kind").text(to_text(summary.wait->figure.kind));
    json.key("duration_ns");
    if (summary.wait->figure.kind == figure_kind::unknown) {
      json.null();
    } else {
      json.integer(summary.wait->figure.nanos);
    }
    json.end_object();
  } else {
    json.null();
  }
  json.end_object();
  return out;
}

}  // namespace waybill::inline v0
