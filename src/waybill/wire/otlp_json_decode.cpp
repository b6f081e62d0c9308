#include <waybill/wire/otlp_json.hpp>

#include <waybill/base/utf8.hpp>
#include <waybill/wire/base64.hpp>
#include <waybill/wire/json_values.hpp>
#include <waybill/wire/record_builder.hpp>

#include <simdjson.h>

namespace waybill::inline v0::otlp_json {
namespace {

class decoder {
 public:
  explicit decoder(const decode_limits& limits) : to_(limits) {}

  decoded_records run(std::string&& body);

 private:
  void read_document(simdjson::padded_string_view text);
  template <class ReadRecord>
  void read_resource_records(json_value& from, ReadRecord read_record);
  template <class ReadRecord>
  void read_scope_records(json_value& from, const resource* sender, ReadRecord read_record);
  template <class T>
  void forget(const T* span_record::*of_span, const T* log_record::*of_log, std::size_t first_span,
              std::size_t first_log);

  std::string_view read_text(json_value& from);
  attribute_value read_bytes(json_value& from);
  void push_attributes(json_value& from, unsigned depth);
  attribute_value read_value(json_value& from, unsigned depth);
  attribute_value read_list(json_value& from, unsigned depth);
  attribute_value read_group(json_value& from, unsigned depth);
  std::span<const attribute> read_attributes(json_value& from);
  void read_scope(json_value& from, instrumentation_scope& into);
  void push_event(json_value& from);
  bool push_link(json_value& from);
  void read_span(json_value& from, const resource* sender, const instrumentation_scope* scope);
  void read_log(json_value& from, const resource* sender, const instrumentation_scope* scope);

  record_builder to_;
  simdjson::ondemand::parser parser_;
};

// Without escapes a view into the body; with them a copy, because the parser's buffer is used again.
std::string_view decoder::read_text(json_value& from) {
  if (from.type() != json_type::string) return {};
  const std::string_view token = raw_token(from);
  const std::string_view written = token.substr(1, token.size() - 2);
  if (written.find('\\') == std::string_view::npos) return written;
  std::string_view plain;
  if (from.get_string().get(plain) != simdjson::SUCCESS) {
    to_.note("A text holds an escape that stands for no character; it was kept as it was written.");
    return written;
  }
  to_.spend(plain.size());
  return to_.arena.copy(plain);
}

attribute_value decoder::read_bytes(json_value& from) {
  const auto bytes = from_base64(read_text(from));
  if (!bytes) {
    to_.note("A bytesValue that is not base64 was left out.");
    return {};
  }
  to_.spend(bytes->size());
  return attribute_value::bytes(to_.arena.copy(std::string_view{*bytes}));
}

attribute_value decoder::read_list(json_value& from, unsigned depth) {
  const std::size_t bottom = to_.elements.size();
  each_field(from, [&](std::string_view key, json_value& values) {
    if (key != "values") return;
    each_element(values, [&](json_value& element) {
      const attribute_value value = read_value(element, depth + 1);
      to_.push(to_.elements, value);
    });
  });
  const auto elements = to_.take(to_.elements, bottom);
  return attribute_value::list(elements.data(), elements.size());
}

attribute_value decoder::read_group(json_value& from, unsigned depth) {
  const std::size_t bottom = to_.attributes.size();
  each_field(from, [&](std::string_view key, json_value& values) {
    if (key == "values") push_attributes(values, depth + 1);
  });
  const auto members = to_.take(to_.attributes, bottom);
  return attribute_value::group(members.data(), members.size());
}

attribute_value decoder::read_value(json_value& from, unsigned depth) {
  attribute_value value;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (content.type() == json_type::null) return;  // not set
    if (key == "stringValue") {
      value = attribute_value{read_text(content)};
    } else if (key == "intValue") {
      value = attribute_value{read_integer<std::int64_t>(content)};
    } else if (key == "boolValue") {
      value = attribute_value{read_boolean(content)};
    } else if (key == "doubleValue") {
      value = attribute_value{read_number(content)};
    } else if (key == "bytesValue") {
      value = read_bytes(content);
    } else if (key == "arrayValue" || key == "kvlistValue") {
      if (depth >= to_.max_depth) {
        to_.note("A value lies too deep in lists and groups and was left out.");
      } else {
        value = key == "arrayValue" ? read_list(content, depth) : read_group(content, depth);
      }
    }
  });
  return value;
}

void decoder::push_attributes(json_value& from, unsigned depth) {
  each_element(from, [&](json_value& element) {
    attribute one;
    each_field(element, [&](std::string_view key, json_value& content) {
      if (key == "key") {
        one.key = read_text(content);
      } else if (key == "value") {
        one.value = read_value(content, depth);
      }
    });
    to_.push(to_.attributes, one);
  });
}

std::span<const attribute> decoder::read_attributes(json_value& from) {
  const std::size_t bottom = to_.attributes.size();
  push_attributes(from, 0);
  return to_.take(to_.attributes, bottom);
}

void decoder::read_scope(json_value& from, instrumentation_scope& into) {
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "name") {
      into.name = read_text(content);
    } else if (key == "version") {
      into.version = read_text(content);
    } else if (key == "attributes") {
      into.attributes = read_attributes(content);
    }
  });
}

void decoder::push_event(json_value& from) {
  span_event event;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "timeUnixNano") {
      event.time = to_unix_nanos(read_integer<std::uint64_t>(content));
    } else if (key == "name") {
      event.name = read_text(content);
    } else if (key == "attributes") {
      event.attributes = read_attributes(content);
    } else if (key == "droppedAttributesCount") {
      event.dropped_attributes = read_count(content);
    }
  });
  to_.push(to_.events, event);
}

// False when the link points nowhere.
bool decoder::push_link(json_value& from) {
  std::optional<trace_id> trace;
  std::optional<span_id> span;
  std::string_view tracestate;
  std::span<const attribute> attributes;
  std::uint32_t dropped_attributes = 0;
  std::uint32_t flags = 0;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "traceId") {
      trace = trace_id::from_hex(read_text(content), hex_case::any);
    } else if (key == "spanId") {
      span = span_id::from_hex(read_text(content), hex_case::any);
    } else if (key == "traceState") {
      tracestate = read_text(content);
    } else if (key == "attributes") {
      attributes = read_attributes(content);
    } else if (key == "droppedAttributesCount") {
      dropped_attributes = read_count(content);
    } else if (key == "flags") {
      flags = read_count(content);
    }
  });
  if (!trace || !span) return false;
  to_.push(to_.links, span_link{*trace, *span, tracestate, attributes, dropped_attributes, flags});
  return true;
}

void decoder::read_span(json_value& from, const resource* sender, const instrumentation_scope* scope) {
  std::string_view trace;
  std::string_view span;
  std::string_view parent;
  span_record& record = to_.add_span();
  record.kind = span_kind::unspecified;
  record.resource = sender;
  record.scope = scope;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "traceId") {
      trace = read_text(content);
    } else if (key == "spanId") {
      span = read_text(content);
    } else if (key == "parentSpanId") {
      parent = read_text(content);
    } else if (key == "name") {
      record.name = read_text(content);
    } else if (key == "kind") {
      record.kind = to_span_kind(read_integer<std::int64_t>(content));
    } else if (key == "startTimeUnixNano") {
      record.start = to_unix_nanos(read_integer<std::uint64_t>(content));
    } else if (key == "endTimeUnixNano") {
      record.end = to_unix_nanos(read_integer<std::uint64_t>(content));
    } else if (key == "attributes") {
      record.attributes = read_attributes(content);
    } else if (key == "events") {
      each_element(content, [&](json_value& event) { push_event(event); });
    } else if (key == "links") {
      each_element(content, [&](json_value& link) {
        if (push_link(link)) return;
        ++record.dropped_links;
        to_.note("A span link without a trace id of 32 hex digits and a span id of 16 was left out.");
      });
    } else if (key == "status") {
      each_field(content, [&](std::string_view part, json_value& value) {
        if (part == "message") record.status_message = read_text(value);
        if (part == "code") record.status = to_status_code(read_integer<std::int64_t>(value));
      });
    } else if (key == "traceState") {
      record.tracestate = read_text(content);
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
  record.events = to_.take(to_.events, 0);
  record.links = to_.take(to_.links, 0);
  const auto of_trace = trace_id::from_hex(trace, hex_case::any);
  const auto of_span = span_id::from_hex(span, hex_case::any);
  record.parent = span_id::from_hex(parent, hex_case::any);
  if (!of_trace) {
    return to_.reject_last_span("A span without a trace id of 32 hex digits, not all zero, was left out.");
  }
  if (!of_span)
    return to_.reject_last_span("A span without a span id of 16 hex digits, not all zero, was left out.");
  if (!record.parent && parent.find_first_not_of('0') != std::string_view::npos) {
    return to_.reject_last_span("A span whose parent id is not 16 hex digits was left out.");
  }
  record.trace = *of_trace;
  record.span = *of_span;
}

void decoder::read_log(json_value& from, const resource* sender, const instrumentation_scope* scope) {
  std::string_view trace;
  std::string_view span;
  log_record& record = to_.add_log();
  record.resource = sender;
  record.scope = scope;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "timeUnixNano") {
      record.time = to_unix_nanos(read_integer<std::uint64_t>(content));
    } else if (key == "observedTimeUnixNano") {
      record.observed = to_unix_nanos(read_integer<std::uint64_t>(content));
    } else if (key == "severityNumber") {
      record.severity = static_cast<std::int32_t>(read_integer<std::int64_t>(content));
    } else if (key == "severityText") {
      record.severity_text = read_text(content);
    } else if (key == "body") {
      record.body = read_value(content, 0);
    } else if (key == "attributes") {
      record.attributes = read_attributes(content);
    } else if (key == "droppedAttributesCount") {
      record.dropped_attributes = read_count(content);
    } else if (key == "flags") {
      record.flags = read_count(content);
    } else if (key == "traceId") {
      trace = read_text(content);
    } else if (key == "spanId") {
      span = read_text(content);
    } else if (key == "eventName") {
      record.event_name = read_text(content);
    }
  });
  record.trace = trace_id::from_hex(trace, hex_case::any);
  record.span = span_id::from_hex(span, hex_case::any);
  if ((!trace.empty() && trace.size() != 2 * trace_id::size) ||
      (!span.empty() && span.size() != 2 * span_id::size)) {
    to_.note("A log record's trace or span id has a wrong length and was left out; the record was kept.");
  }
}

// A scope or resource may follow its records, so they are given its address before it is read. If it never
// came, the records are told so.
template <class T>
void decoder::forget(const T* span_record::*of_span, const T* log_record::*of_log, std::size_t first_span,
                     std::size_t first_log) {
  auto& spans = to_.arena.spans();
  auto& logs = to_.arena.logs();
  for (std::size_t i = first_span; i < spans.size(); ++i) spans[i].*of_span = nullptr;
  for (std::size_t i = first_log; i < logs.size(); ++i) logs[i].*of_log = nullptr;
}

template <class ReadRecord>
void decoder::read_scope_records(json_value& from, const resource* sender, ReadRecord read_record) {
  to_.spend(sizeof(instrumentation_scope));
  auto* const scope = new (to_.arena.allocate<instrumentation_scope>(1)) instrumentation_scope{};
  const std::size_t first_span = to_.arena.spans().size();
  const std::size_t first_log = to_.arena.logs().size();
  bool known = false;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "scope") {
      known = true;
      read_scope(content, *scope);
    } else if (key == "spans" || key == "logRecords") {
      each_element(content, [&](json_value& record) { read_record(record, sender, scope); });
    }
  });
  if (!known) forget(&span_record::scope, &log_record::scope, first_span, first_log);
}

template <class ReadRecord>
void decoder::read_resource_records(json_value& from, ReadRecord read_record) {
  to_.spend(sizeof(resource));
  auto* const sender = new (to_.arena.allocate<resource>(1)) resource{};
  const std::size_t first_span = to_.arena.spans().size();
  const std::size_t first_log = to_.arena.logs().size();
  bool known = false;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "resource") {
      known = true;
      each_field(content, [&](std::string_view part, json_value& value) {
        if (part == "attributes") sender->attributes = read_attributes(value);
      });
    } else if (key == "scopeSpans" || key == "scopeLogs") {
      each_element(content, [&](json_value& group) { read_scope_records(group, sender, read_record); });
    }
  });
  if (!known) forget(&span_record::resource, &log_record::resource, first_span, first_log);
}

void decoder::read_document(simdjson::padded_string_view text) {
  simdjson::ondemand::document document = parser_.iterate(text);
  for (simdjson::ondemand::field field : document.get_object()) {
    const std::string_view key = field.unescaped_key();
    if (key == "resourceSpans") {
      each_element(field.value(), [&](json_value& group) {
        read_resource_records(
            group, [&](json_value& record, const resource* sender, const instrumentation_scope* scope) {
              read_span(record, sender, scope);
            });
      });
    } else if (key == "resourceLogs") {
      each_element(field.value(), [&](json_value& group) {
        read_resource_records(
            group, [&](json_value& record, const resource* sender, const instrumentation_scope* scope) {
              read_log(record, sender, scope);
            });
      });
    }
  }
  // Only one value a document: something behind it would be lost without a word.
  if (document.current_location().error() == simdjson::SUCCESS) {
    throw simdjson::simdjson_error{simdjson::TRAILING_CONTENT};
  }
}

// Where the object that starts at `from` ends: at a line that ends with } before one that begins with {.
// Inside a value a comma would stand between them, and inside a text no line ends.
std::size_t end_of_document(std::string_view text) noexcept {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    const std::size_t before = text.find_last_not_of(json_space, at);
    const std::size_t after = text.find_first_not_of(json_space, at);
    if (before != std::string_view::npos && after != std::string_view::npos && text[before] == '}' &&
        text[after] == '{') {
      return after;
    }
  }
  return text.size();
}

decoded_records decoder::run(std::string&& body) {
  const std::size_t size = body.size();
  body.reserve(size + simdjson::SIMDJSON_PADDING);  // the parser reads in blocks, beyond the end
  std::string_view left = to_.arena.adopt(std::move(body));
  while (left.find_first_not_of(json_space) != std::string_view::npos) {
    const std::size_t document = end_of_document(left);
    read_document(
        simdjson::padded_string_view{left.data(), document, left.size() + simdjson::SIMDJSON_PADDING});
    left.remove_prefix(document);
  }
  return to_.finish();
}

}  // namespace

result<decoded_records> decode(std::string body, const decode_limits& limits) {
  const std::size_t size = body.size();
  if (!is_valid_utf8(body)) body = to_valid_utf8(body);
  try {
    return decoder{limits}.run(std::move(body));
  } catch (const simdjson::simdjson_error& error) {
    std::string_view why = error.what();  // some of the library's sentences end with a full stop, some do not
    while (why.ends_with('.') || why.ends_with(' ')) why.remove_suffix(1);
    return failure{failure_code::malformed, "The body of " + std::to_string(size) +
                                                " bytes is not OTLP as JSON: " + std::string{why} +
                                                ". Send one whole export request."};
  } catch (const over_memory_limit&) {
    return failure{failure_code::too_large,
                   "The body of " + std::to_string(size) +
                       " bytes needs more memory to decode than is allowed. Send smaller batches."};
  }
}

}  // namespace waybill::inline v0::otlp_json
