#include <waybill/wire/otlp_json_values.hpp>

#include <waybill/wire/base64.hpp>

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

}  // namespace

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
