// The parts of an OTLP request in protobuf that spans and log records share: text, values, attributes.
//
// Private to this room. The readers take a protozero reader by value: a few words, which stand for the bytes of one message.
// They throw protozero's exceptions and over_memory_limit, which are caught where the decoder was entered.
#pragma once

#include <waybill/wire/otlp_fields.hpp>
#include <waybill/wire/record_builder.hpp>

#include <protozero/pbf_reader.hpp>

#include <cstdint>
#include <string_view>

namespace waybill::inline v0::otlp_protobuf {

using protozero::pbf_reader;

// A field's number together with its type: a known field of a wrong type matches no case, and is skipped as
// unknown.
constexpr std::uint32_t text(otlp_fields::field number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited);
}
constexpr std::uint32_t message(otlp_fields::field number) {
  return text(number);
}
constexpr std::uint32_t varint(otlp_fields::field number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::varint);
}
constexpr std::uint32_t fixed32(otlp_fields::field number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::fixed32);
}
constexpr std::uint32_t fixed64(otlp_fields::field number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::fixed64);
}

inline std::string_view raw(pbf_reader& from) {
  const auto view = from.get_view();
  return {view.data(), view.size()};
}

// A view into the body; a copy when it has to be made valid UTF-8.
std::string_view read_text(pbf_reader& from, record_builder& to);

// Lists and groups inside each other beyond to.max_depth become absent.
attribute_value read_value(pbf_reader from, record_builder& to, unsigned depth = 0);

// A KeyValue, onto to.attributes.
void push_attribute(pbf_reader from, record_builder& to, unsigned depth = 0);

}  // namespace waybill::inline v0::otlp_protobuf
