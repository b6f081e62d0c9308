#include <waybill/wire/otlp_json_values.hpp>

#include <waybill/wire/base64.hpp>

#include <algorithm>

namespace waybill::inline v0::otlp_json {
namespace {

void push_attributes(json_value& from, record_builder& to, unsigned depth);

attribute_value read_bytes(json_value& from, record_builder& to) {
  const auto bytes = from_base64(read_text(from, to));
  if (!bytes) {
    to.note("A bytesValue that is not base64 was left out.");
    return {};
  }
  to.spend(bytes->size());
  return attribute_value::bytes(to.arena.copy(std::string_view{*bytes}));
}

attribute_value read_list(json_value& from, record_builder& to, unsigned depth) {
  const std::size_t bottom = to.elements.size();
  each_field(from, [&](std::string_view key, json_value& values) {
    if (key != "values") return;
    each_element(values, [&](json_value& element) {
      const attribute_value value = read_value(element, to, depth + 1);
      to.push(to.elements, value);
    });
  });
  const auto elements = to.take(to.elements, bottom);
  return attribute_value::list(elements.data(), elements.size());
}

attribute_value read_group(json_value& from, record_builder& to, unsigned depth) {
  const std::size_t bottom = to.attributes.size();
  each_field(from, [&](std::string_view key, json_value& values) {
    if (key == "values") push_attributes(values, to, depth + 1);
  });
  const auto members = to.take(to.attributes, bottom);
  return attribute_value::group(members.data(), members.size());
}

void push_attributes(json_value& from, record_builder& to, unsigned depth) {
  each_element(from, [&](json_value& element) {
    attribute one;
    each_field(element, [&](std::string_view key, json_value& content) {
      if (key == "key") {
        one.key = read_text(content, to);
      } else if (key == "value") {
        one.value = read_value(content, to, depth);
      }
    });
    to.push(to.attributes, one);
  });
}

constexpr std::string_view span_kinds[] = {"UNSPECIFIED", "INTERNAL", "SERVER",
                                           "CLIENT",      "PRODUCER", "CONSUMER"};
constexpr std::string_view status_codes[] = {"UNSET", "OK", "ERROR"};
constexpr std::string_view severities[] = {
    "UNSPECIFIED", "TRACE",  "TRACE2", "TRACE3", "TRACE4", "DEBUG",  "DEBUG2", "DEBUG3", "DEBUG4",
    "INFO",        "INFO2",  "INFO3",  "INFO4",  "WARN",   "WARN2",  "WARN3",  "WARN4",  "ERROR",
    "ERROR2",      "ERROR3", "ERROR4", "FATAL",  "FATAL2", "FATAL3", "FATAL4"};

std::int64_t read_enum(json_value& from, record_builder& to, std::string_view prefix,
                       std::span<const std::string_view> names) {
  if (from.type() == json_type::number) return read_integer<std::int64_t>(from);
  std::string_view name = read_text(from, to);
  if (!name.starts_with(prefix)) return parse_integer<std::int64_t>(name);
  name.remove_prefix(prefix.size());
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? 0 : found - names.begin();
}

template <class Id>
std::optional<Id> read_id(std::string_view text) {
  if (text.size() != (Id::size + 2) / 3 * 4 || !text.ends_with('=')) return Id::from_hex(text, hex_case::any);
  const auto bytes = from_base64(text);
  return bytes ? Id::from_bytes(*bytes) : std::nullopt;
}

}  // namespace

std::optional<trace_id> read_trace_id(std::string_view text) {
  return read_id<trace_id>(text);
}

std::optional<span_id> read_span_id(std::string_view text) {
  return read_id<span_id>(text);
}

bool is_zero_span_id(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos ||
         text == to_base64(std::string(span_id::size, '\0'));
}

std::int64_t read_span_kind(json_value& from, record_builder& to) {
  return read_enum(from, to, "SPAN_KIND_", span_kinds);
}

std::int64_t read_status_code(json_value& from, record_builder& to) {
  return read_enum(from, to, "STATUS_CODE_", status_codes);
}

std::int64_t read_severity(json_value& from, record_builder& to) {
  return read_enum(from, to, "SEVERITY_NUMBER_", severities);
}

attribute_value read_value(json_value& from, record_builder& to, unsigned depth) {
  attribute_value value;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (content.type() == json_type::null) return;  // not set
    if (key == "stringValue") {
      value = attribute_value{read_text(content, to)};
    } else if (key == "intValue") {
      value = attribute_value{read_integer<std::int64_t>(content)};
    } else if (key == "boolValue") {
      value = attribute_value{read_boolean(content)};
    } else if (key == "doubleValue") {
      value = attribute_value{read_number(content)};
    } else if (key == "bytesValue") {
      value = read_bytes(content, to);
    } else if (key == "arrayValue" || key == "kvlistValue") {
      if (depth >= to.max_depth) {
        to.note("A value lies too deep in lists and groups and was left out.");
      } else {
        value = key == "arrayValue" ? read_list(content, to, depth) : read_group(content, to, depth);
      }
    }
  });
  return value;
}

std::span<const attribute> read_attributes(json_value& from, record_builder& to) {
  const std::size_t bottom = to.attributes.size();
  push_attributes(from, to, 0);
  return to.take(to.attributes, bottom);
}

}  // namespace waybill::inline v0::otlp_json
