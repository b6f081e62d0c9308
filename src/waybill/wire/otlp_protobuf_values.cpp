#include <waybill/wire/otlp_protobuf_values.hpp>

#include <waybill/base/utf8.hpp>

namespace waybill::inline v0::otlp_protobuf {
namespace {

attribute_value read_list(pbf_reader from, record_builder& to, unsigned depth) {
  const std::size_t bottom = to.elements.size();
  while (from.next()) {
    if (from.tag_and_type() == message(otlp_fields::values::values)) {
      to.push(to.elements, read_value(from.get_message(), to, depth + 1));
    } else {
      from.skip();
    }
  }
  const auto elements = to.take(to.elements, bottom);
  return attribute_value::list(elements.data(), elements.size());
}

attribute_value read_group(pbf_reader from, record_builder& to, unsigned depth) {
  const std::size_t bottom = to.attributes.size();
  while (from.next()) {
    if (from.tag_and_type() == message(otlp_fields::values::values)) {
      push_attribute(from.get_message(), to, depth + 1);
    } else {
      from.skip();
    }
  }
  const auto members = to.take(to.attributes, bottom);
  return attribute_value::group(members.data(), members.size());
}

}  // namespace

std::string_view read_text(pbf_reader& from, record_builder& to) {
  const std::string_view sent = raw(from);
  if (is_valid_utf8(sent)) return sent;
  const std::string valid = to_valid_utf8(sent);
  to.spend(valid.size());
  return to.arena.copy(std::string_view{valid});
}

attribute_value read_value(pbf_reader from, record_builder& to, unsigned depth) {
  namespace field = otlp_fields::any_value;
  attribute_value value;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::string):
        value = attribute_value{read_text(from, to)};
        break;
      case varint(field::boolean):
        value = attribute_value{from.get_uint64() != 0};  // get_bool() trusts the varint to be one byte long
        break;
      case varint(field::integer):
        value = attribute_value{from.get_int64()};
        break;
      case fixed64(field::number):
        value = attribute_value{from.get_double()};
        break;
      case text(field::bytes):
        value = attribute_value::bytes(raw(from));
        break;
      case message(field::array):
      case message(field::group):
        if (depth >= to.max_depth) {
          to.note("A value lies too deep in lists and groups and was left out.");
          from.skip();
        } else {
          const bool is_list = from.tag() == field::array;
          value =
              is_list ? read_list(from.get_message(), to, depth) : read_group(from.get_message(), to, depth);
        }
        break;
      default:
        from.skip();
    }
  }
  return value;
}

void push_attribute(pbf_reader from, record_builder& to, unsigned depth) {
  namespace field = otlp_fields::key_value;
  attribute one;
  while (from.next()) {
    switch (from.tag_and_type()) {
      case text(field::key):
        one.key = read_text(from, to);
        break;
      case message(field::value):
        one.value = read_value(from.get_message(), to, depth);
        break;
      default:
        from.skip();
    }
  }
  to.push(to.attributes, one);
}

}  // namespace waybill::inline v0::otlp_protobuf
