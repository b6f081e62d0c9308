#include <waybill/wire/plain_json.hpp>

#include <waybill/wire/base64.hpp>

#include <span>

namespace waybill::inline v0 {

void write_plain_json(json_writer& to, const attribute_value& value) {
  switch (value.kind()) {
    case value_kind::absent:
      to.null();
      return;
    case value_kind::boolean:
      to.boolean(value.as_boolean());
      return;
    case value_kind::integer:
      to.integer(value.as_integer());
      return;
    case value_kind::number:
      to.number(value.as_number());
      return;
    case value_kind::text:
      to.text(value.as_text());
      return;
    case value_kind::bytes:
      to.text(to_base64(value.as_text()));
      return;
    case value_kind::huge:
      to.unsigned_integer(value.as_huge());
      return;
    case value_kind::list:
      to.begin_array();
      for (std::size_t i = 0; i < value.size(); ++i) write_plain_json(to, value.elements()[i]);
      to.end_array();
      return;
    case value_kind::group:
      to.begin_object();
      for (const auto& member : std::span{value.members(), value.size()}) {
        to.key(member.key);
        write_plain_json(to, member.value);
      }
      to.end_object();
      return;
  }
}

}  // namespace waybill::inline v0
