#include <waybill/wire/sentry_values.hpp>

#include <waybill/wire/sentry_time.hpp>

#include <algorithm>
#include <cmath>

namespace waybill::inline v0::sentry_envelope {
namespace {

attribute_value read_any_number(std::string_view token) noexcept {
  std::int64_t integer = 0;
  const char* const end = token.data() + token.size();
  if (const auto [last, error] = std::from_chars(token.data(), end, integer);
      error == std::errc{} && last == end) {
    return integer;
  }
  double number = 0;
  const auto [last, error] = std::from_chars(token.data(), end, number);
  if (error != std::errc{} || last != end) return {};
  return number;
}

attribute_value as_told(std::string_view type, const attribute_value& value) noexcept {
  if (type == "double" && value.kind() == value_kind::integer) return value.as_number();
  if (type == "integer" && value.kind() == value_kind::text) {
    const attribute_value number = read_any_number(value.as_text());
    return number.kind() == value_kind::integer ? number : value;
  }
  return value;
}

}  // namespace

attribute_value read_value(json_value& from, record_builder& to, unsigned depth) {
  switch (from.type()) {
    case json_type::null:
      return {};
    case json_type::boolean:
      return read_boolean(from);
    case json_type::string:
      return read_text(from, to);
    case json_type::number:
      return read_any_number(raw_token(from));
    case json_type::array:
    case json_type::object:
      break;
  }
  if (depth >= to.max_depth) {
    to.note("A value lies too deep in lists and groups and was left out.");
    return {};
  }
  if (from.type() == json_type::array) {
    const std::size_t bottom = to.elements.size();
    each_element(from, [&](json_value& element) {
      const attribute_value value = read_value(element, to, depth + 1);
      to.push(to.elements, value);
    });
    const auto elements = to.take(to.elements, bottom);
    return attribute_value::list(elements.data(), elements.size());
  }
  const std::size_t bottom = to.attributes.size();
  each_lasting_field(from, to, [&](std::string_view key, json_value& content) {
    const attribute_value value = read_value(content, to, depth + 1);
    to.push(to.attributes, attribute{key, value});
  });
  const auto members = to.take(to.attributes, bottom);
  return attribute_value::group(members.data(), members.size());
}

attribute_value read_typed_value(json_value& from, record_builder& to) {
  if (from.type() != json_type::object) return read_value(from, to);
  attribute_value value;
  std::string_view type;
  each_field(from, [&](std::string_view key, json_value& content) {
    if (key == "value") {
      value = read_value(content, to, 1);
    } else if (key == "type") {
      type = read_text(content, to);
    }
  });
  return as_told(type, value);
}

std::optional<unix_nanos> read_time(json_value& from, record_builder& to) {
  const json_type type = from.type();
  if (type == json_type::number) return read_time(raw_token(from));
  if (type == json_type::string) return read_time(read_text(from, to));
  return std::nullopt;
}

bool is_nothing(const attribute_value& value) noexcept {
  return value.is_absent() || (value.kind() == value_kind::text && value.size() == 0);
}

void add_missing(record_builder& to, std::size_t bottom, std::string_view key, const attribute_value& value) {
  if (is_nothing(value)) return;
  const auto first = to.attributes.begin() + static_cast<std::ptrdiff_t>(bottom);
  if (std::find_if(first, to.attributes.end(), [&](const attribute& one) { return one.key == key; }) ==
      to.attributes.end()) {
    to.push(to.attributes, attribute{key, value});
  }
}

}  // namespace waybill::inline v0::sentry_envelope
