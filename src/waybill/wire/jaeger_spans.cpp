#include <waybill/wire/jaeger_spans.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/wire/base64.hpp>
#include <waybill/wire/short_id.hpp>

#include <algorithm>
#include <optional>

namespace waybill::inline v0::jaeger_json {
namespace {

unix_nanos from_microseconds(std::uint64_t count) noexcept {
  return count > std::numeric_limits<std::uint64_t>::max() / 1000 ? to_unix_nanos(~std::uint64_t{0})
                                                                  : to_unix_nanos(count * 1000);
}

unix_nanos sum(unix_nanos start, unix_nanos duration) noexcept {
  constexpr auto latest = std::numeric_limits<unix_nanos>::max();
  return start > latest - duration ? latest : start + duration;
}

attribute_value read_binary(json_value& from, record_builder& to) {
  const auto bytes = from_base64(read_text(from, to));
  if (!bytes) {
    to.note("A binary tag that is not base64 was left out.");
    return {};
  }
  to.spend(bytes->size());
  return attribute_value::bytes(to.arena.copy(std::string_view{*bytes}));
}

// A value without a type is what JSON says it is.
attribute_value read_untyped(json_value& from, record_builder& to) {
  switch (from.type()) {
    case json_type::boolean:
      return attribute_value{read_boolean(from)};
    case json_type::number: {
      const std::string_view token = raw_token(from);
      if (token.find_first_of(".eE") == std::string_view::npos) {
        return attribute_value{parse_integer<std::int64_t>(token)};
      }
      double number = 0;
      std::from_chars(token.data(), token.data() + token.size(), number);
      return attribute_value{number};
    }
    case json_type::string:
      return attribute_value{read_text(from, to)};
    default:
      return {};
  }
}

// The type stands before the value, and corrects what JSON alone would make of it.
attribute read_tag(json_value& from, record_builder& to) {
  attribute tag;
  std::string_view type;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "key") {
      tag.key = read_text(content, to);
    } else if (key == "type") {
      type = read_text(content, to);
    } else if (key == "value") {
      tag.value = type == "binary" ? read_binary(content, to) : read_untyped(content, to);
    }
  });
  // Numbers that a browser could not hold are written as text, whole ones of type float64 without a point.
  if (type == "int64" && tag.value.kind() == value_kind::text) {
    tag.value = attribute_value{parse_integer<std::int64_t>(tag.value.as_text())};
  } else if (type == "float64" && tag.value.kind() == value_kind::integer) {
    tag.value = attribute_value{static_cast<double>(tag.value.as_integer())};
  } else if (type == "bool" && tag.value.kind() == value_kind::text) {
    tag.value = attribute_value{ascii_iequals(tag.value.as_text(), "true")};
  }
  return tag;
}

span_kind kind_of(std::string_view word) noexcept {
  if (word == "internal") return span_kind::internal;
  if (word == "server") return span_kind::server;
  if (word == "client") return span_kind::client;
  if (word == "producer") return span_kind::producer;
  if (word == "consumer") return span_kind::consumer;
  return span_kind::unspecified;
}

bool is_true(const attribute_value& value) noexcept {
  return value.as_boolean() || ascii_iequals(value.as_text(), "true");
}

// Whether the tag stands for a field, which then has it.
bool becomes_field(const attribute& tag, span_record& record, instrumentation_scope& scope) {
  if (tag.value.kind() == value_kind::bytes) return false;  // a field is text, and valid UTF-8
  const std::string_view text = tag.value.as_text();
  if (tag.key == "span.kind") {
    record.kind = kind_of(text);
    return record.kind != span_kind::unspecified;
  }
  if (tag.key == "error") {
    const bool error = is_true(tag.value);
    if (error) record.status = status_code::error;
    return error || tag.value.kind() == value_kind::boolean;
  }
  if (tag.key == "otel.status_code") {
    if (ascii_iequals(text, "ERROR"))
      record.status = status_code::error;
    else if (ascii_iequals(text, "OK"))
      record.status = status_code::ok;
    else
      return ascii_iequals(text, "UNSET");
    return true;
  }
  if (tag.key == "otel.status_description")
    record.status_message = text;
  else if (tag.key == "w3c.tracestate")
    record.tracestate = text;
  else if (tag.key == "otel.scope.name" || tag.key == "otel.library.name")
    scope.name = text;
  else if (tag.key == "otel.scope.version" || tag.key == "otel.library.version")
    scope.version = text;
  else
    return false;
  return true;
}

span_event read_log(json_value& from, record_builder& to) {
  span_event event;
  const std::size_t bottom = to.attributes.size();
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "timestamp") {
      event.time = from_microseconds(read_integer<std::uint64_t>(content));
    } else if (key == "fields") {
      each_element(content, [&](json_value& field) {
        const attribute one = read_tag(field, to);
        if (one.key == "event" && event.name.empty() && one.value.kind() == value_kind::text) {
          event.name = one.value.as_text();
        } else {
          to.push(to.attributes, one);
        }
      });
    }
  });
  event.attributes = to.take(to.attributes, bottom);
  return event;
}

struct reference {
  std::optional<trace_id> trace;
  std::optional<span_id> span;
  bool child = false;
};

reference read_reference(json_value& from, record_builder& to) {
  reference one;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "traceID") {
      one.trace = read_short_id<trace_id>(read_text(content, to));
    } else if (key == "spanID") {
      one.span = read_short_id<span_id>(read_text(content, to));
    } else if (key == "refType") {
      one.child = ascii_iequals(read_text(content, to), "CHILD_OF");
    }
  });
  return one;
}

// A reference as a link, until it is known which of them is the parent.
void push_reference(json_value& from, record_builder& to, span_record& record) {
  static constexpr attribute child{"opentracing.ref_type", "child_of"};
  static constexpr attribute follower{"opentracing.ref_type", "follows_from"};
  const reference one = read_reference(from, to);
  if (!one.trace || !one.span) {
    ++record.dropped_links;
    to.note("A reference without ids in hex was left out.");
    return;
  }
  to.push(
      to.links,
      span_link{.trace = *one.trace, .span = *one.span, .attributes = {one.child ? &child : &follower, 1}});
}

bool is_child_of(const span_link& link) noexcept {
  return link.attributes.front().value.as_text() == "child_of";
}

// Takes the parent out of the references.
void choose_parent(record_builder& to, span_record& record) {
  const auto in_trace = [&](const span_link& link) { return link.trace == record.trace; };
  auto chosen = std::ranges::find_if(
      to.links, [&](const span_link& link) { return in_trace(link) && is_child_of(link); });
  if (chosen == to.links.end()) chosen = std::ranges::find_if(to.links, in_trace);
  if (chosen == to.links.end()) return;
  record.parent = chosen->span;
  to.links.erase(chosen);
}

}  // namespace

bool trace_reading::read(std::string_view key, json_value& content) {
  if (key == "spans") {
    each_element(content, [&](json_value& span) { read_span(span); });
  } else if (key == "processes") {
    each_field(content, [&](std::string_view id, json_value& one) {
      // The parser uses its buffer of keys again; process() looks up before it keeps one.
      read_process(one, *process(id));
    });
  } else {
    return key == "traceID";
  }
  return true;
}

resource* trace_reading::process(std::string_view id) {
  if (const auto known = processes_.find(id); known != processes_.end()) return known->second;
  to_.spend(sizeof(resource) + 64 + id.size());  // with its place in the map
  auto* const made = new (to_.arena.allocate<resource>(1)) resource{};
  processes_.emplace(to_.arena.copy(id), made);
  return made;
}

void trace_reading::read_process(json_value& from, resource& into) {
  const std::size_t bottom = to_.attributes.size();
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "serviceName") {
      to_.push(to_.attributes, attribute{"service.name", read_text(content, to_)});
    } else if (key == "tags") {
      each_element(content, [&](json_value& tag) { to_.push(to_.attributes, read_tag(tag, to_)); });
    }
  });
  into.attributes = to_.take(to_.attributes, bottom);
}

void trace_reading::read_span(json_value& from) {
  std::string_view trace, span, parent;
  std::uint64_t duration = 0;
  instrumentation_scope scope;
  span_record& record = to_.add_span();
  record.kind = span_kind::unspecified;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "traceID") {
      trace = read_text(content, to_);
    } else if (key == "spanID") {
      span = read_text(content, to_);
    } else if (key == "parentSpanID") {
      parent = read_text(content, to_);
    } else if (key == "operationName") {
      record.name = read_text(content, to_);
    } else if (key == "startTime") {
      record.start = from_microseconds(read_integer<std::uint64_t>(content));
    } else if (key == "duration") {
      duration = read_integer<std::uint64_t>(content);
    } else if (key == "flags") {
      record.flags = read_count(content) & 0xFF;
    } else if (key == "processID") {
      record.resource = process(read_text(content, to_));
    } else if (key == "process" && content.type() == json_type::object) {
      to_.spend(sizeof(resource));
      auto* const own = new (to_.arena.allocate<resource>(1)) resource{};
      read_process(content, *own);
      record.resource = own;
    } else if (key == "tags") {
      each_element(content, [&](json_value& from_tag) {
        const attribute tag = read_tag(from_tag, to_);
        if (!becomes_field(tag, record, scope)) to_.push(to_.attributes, tag);
      });
    } else if (key == "logs") {
      each_element(content, [&](json_value& log) { to_.push(to_.events, read_log(log, to_)); });
    } else if (key == "references") {
      each_element(content, [&](json_value& one) { push_reference(one, to_, record); });
    }
  });
  const auto of_trace = read_short_id<trace_id>(trace);
  const auto of_span = read_short_id<span_id>(span);
  if (of_trace) record.trace = *of_trace;
  if (of_trace) choose_parent(to_, record);
  if (!record.parent) record.parent = read_short_id<span_id>(parent);
  record.end = sum(record.start, from_microseconds(duration));
  record.attributes = to_.take(to_.attributes, 0);
  record.events = to_.take(to_.events, 0);
  record.links = to_.take(to_.links, 0);
  if (!scope.name.empty() || !scope.version.empty()) {
    to_.spend(sizeof scope);
    record.scope = to_.arena.make(scope);
  }
  if (!of_trace)
    return to_.reject_last_span("A span without a trace id of up to 32 hex digits was left out.");
  if (!of_span) return to_.reject_last_span("A span without a span id of up to 16 hex digits was left out.");
  record.span = *of_span;
}

}  // namespace waybill::inline v0::jaeger_json
