#include <waybill/wire/sentry_items.hpp>

#include <waybill/wire/sentry_words.hpp>

#include <utility>

namespace waybill::inline v0::sentry_envelope {
namespace {

// Python's SDK and ours call their own host server.address, Python's on every span that has no other server's.
bool names_own_host(const sender& by, std::string_view op) noexcept {
  const bool known = by.sdk_name.starts_with("sentry.python") || by.sdk_name == "waybill";
  return known && sentry_words::kind_of_op(op) != span_kind::client;
}

void read_one_span(json_value& from, record_builder& to, const surroundings& in, sending_process& process) {
  sender& by = process.by;
  open_span span{to, by};
  bool is_segment = false;
  attribute_value address;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "trace_id") {
      span.trace = read_text(content, to);
    } else if (key == "span_id") {
      span.id = read_text(content, to);
    } else if (key == "parent_span_id") {
      span.parent = read_text(content, to);
    } else if (key == "name") {
      span.name = read_text(content, to);
    } else if (key == "status") {
      span.status = read_text(content, to);
    } else if (key == "is_segment") {
      is_segment = read_boolean(content);
    } else if (key == "start_timestamp") {
      span.start = read_time(content, to);
    } else if (key == "end_timestamp" || key == "timestamp") {
      span.end = read_time(content, to);
    } else if (key == "links") {
      span.read_links(content);
    } else if (key == "attributes") {
      each_lasting_field(content, to, [&](std::string_view name, json_value& value) {
        const attribute_value read = read_typed_value(value, to);
        if (name == "server.address") {
          address = read;
        } else {
          span.add(name, read);
        }
      });
    }
  });
  if (by.server_name.empty() && names_own_host(by, span.op)) by.server_name = address.as_text();
  if (by.server_name.empty() || by.server_name != address.as_text()) span.add("server.address", address);
  if (is_segment) span.begin_segment(in);
  span.finish(process.record());
}

constexpr std::pair<std::string_view, std::int32_t> levels[] = {
    {"trace", 1}, {"debug", 5}, {"info", 9}, {"warn", 13}, {"warning", 13}, {"error", 17}, {"fatal", 21},
};

std::int32_t severity_of(std::string_view level) noexcept {
  for (const auto& [word, number] : levels) {
    if (word == level) return number;
  }
  return 0;
}

void read_one_log(json_value& from, record_builder& to, sending_process& process) {
  sender& by = process.by;
  log_record& record = to.add_log();
  record.resource = process.record();
  std::string_view trace;
  std::string_view span;
  const std::size_t bottom = to.attributes.size();
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "timestamp") {
      record.time = read_time(content, to).value_or(0);
    } else if (key == "trace_id") {
      trace = read_text(content, to);
    } else if (key == "span_id") {
      span = read_text(content, to);
    } else if (key == "level") {
      record.severity_text = read_text(content, to);
    } else if (key == "severity_number") {
      record.severity = static_cast<std::int32_t>(read_integer<std::int64_t>(content));
    } else if (key == "body") {
      record.body = read_value(content, to);
    } else if (key == "attributes") {
      each_lasting_field(content, to, [&](std::string_view name, json_value& value) {
        const attribute_value read = read_typed_value(value, to);
        if (name == "sentry.trace.parent_span_id") {
          if (span.empty()) span = read.as_text();
        } else if (name == "event.name") {
          record.event_name = read.as_text();
        } else if (name == "server.address") {
          if (by.server_name.empty()) by.server_name = read.as_text();
        } else if (!read.is_absent() && name != "sentry.sdk.integrations" && !by.take(name, read)) {
          to.push(to.attributes, attribute{name, read});
        }
      });
    }
  });
  record.attributes = to.take(to.attributes, bottom);
  if (record.severity == 0) record.severity = severity_of(record.severity_text);
  record.trace = trace_id::from_hex(trace, hex_case::any);
  record.span = span_id::from_hex(span, hex_case::any);
  if ((!trace.empty() && !record.trace) || (!span.empty() && !record.span)) {
    to.note("A log record's trace or span id is none and was left out; the record was kept.");
  }
}

// One SDK sends one envelope: what its records say of their sender is said once.
template <class ReadOne>
void read_all(json_value& items, record_builder& to, const surroundings& in, ReadOne read_one) {
  sending_process process{to, in};
  each_element(items, [&](json_value& one) { read_one(one, process); });
  process.describe();
}

}  // namespace

void read_spans(json_value& items, record_builder& to, const surroundings& in) {
  read_all(items, to, in,
           [&](json_value& one, sending_process& process) { read_one_span(one, to, in, process); });
}

void read_logs(json_value& items, record_builder& to, const surroundings& in) {
  read_all(items, to, in, [&](json_value& one, sending_process& process) { read_one_log(one, to, process); });
}

}  // namespace waybill::inline v0::sentry_envelope
