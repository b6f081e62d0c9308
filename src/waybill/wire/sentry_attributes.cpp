#include <waybill/wire/sentry_attributes.hpp>

#include <waybill/wire/base64.hpp>
#include <waybill/wire/plain_json.hpp>

#include <cmath>
#include <string>

namespace waybill::inline v0::sentry_attributes {
namespace {

void write_text(json_writer& to, std::string_view key, std::string_view value) {
  to.key(key).begin_object().key("value").text(value).key("type").text("string").end_object();
}

void write_plain(json_writer& to, std::string_view key, const attribute_value& value, std::string_view type) {
  to.key(key).begin_object().key("value");
  write_plain_json(to, value);
  to.key("type").text(type).end_object();
}

}  // namespace

void write(json_writer& to, std::string_view key, const attribute_value& value) {
  switch (value.kind()) {
    case value_kind::absent:
    case value_kind::huge:  // never in a record
      return;
    case value_kind::boolean:
      return write_plain(to, key, value, "boolean");
    case value_kind::integer:
      return write_plain(to, key, value, "integer");
    case value_kind::number:
      if (std::isfinite(value.as_number())) return write_plain(to, key, value, "double");
      return write_text(to, key,
                        std::isnan(value.as_number()) ? "NaN"
                        : value.as_number() < 0       ? "-Infinity"
                                                      : "Infinity");
    case value_kind::text:
      return write_text(to, key, value.as_text());
    case value_kind::bytes:
      return write_text(to, key, to_base64(value.as_text()));
    case value_kind::list: {
      std::string json;
      json_writer inner{json};
      write_plain_json(inner, value);
      return write_text(to, key, json);
    }
    case value_kind::group:
      for (const auto& member : std::span{value.members(), value.size()})
        write(to, std::string{key}.append(".").append(member.key), member.value);
      return;
  }
}

void write_all(json_writer& to, std::span<const attribute> attributes) {
  for (const auto& [key, value] : attributes) write(to, key, value);
}

}  // namespace waybill::inline v0::sentry_attributes
