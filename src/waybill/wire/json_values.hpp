// Reads what SDKs write as JSON values, leniently: a value that is missing, null or of a wrong type is the neutral one.
//
// Values are simdjson's on-demand ones: read each once, in the order in which they come. Malformed JSON throws
// simdjson_error, which is caught where the decoder was entered.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

namespace waybill::inline v0 {

using simdjson::ondemand::json_type;
using json_value = simdjson::ondemand::value;

inline constexpr std::string_view json_space = " \t\r\n";

// A number, or a number in quotes, which is how proto3 writes 64 bits. Fractions are cut off; what does not
// fit is 0.
template <class Integer>
Integer parse_integer(std::string_view text) noexcept {
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  Integer value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size()) return value;
  double fraction = 0;
  const auto [last, wrong] = std::from_chars(text.data(), text.data() + text.size(), fraction);
  constexpr double limit = static_cast<double>(std::uint64_t{1} << 63);
  if (wrong != std::errc{} || last != text.data() + text.size() || !(std::abs(fraction) < limit)) return 0;
  if (std::is_unsigned_v<Integer> && fraction < 0) return 0;
  return static_cast<Integer>(fraction);
}

// The characters of a scalar as they stand in the body, without the space that follows.
inline std::string_view raw_token(json_value& from) {
  std::string_view token = from.raw_json_token();
  token.remove_suffix(token.size() - 1 - token.find_last_not_of(json_space));
  return token;
}

template <class Integer>
Integer read_integer(json_value& from) {
  const json_type type = from.type();
  return type == json_type::number || type == json_type::string ? parse_integer<Integer>(raw_token(from)) : 0;
}

inline std::uint32_t read_count(json_value& from) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(read_integer<std::uint64_t>(from), std::numeric_limits<std::uint32_t>::max()));
}

inline double read_number(json_value& from) {
  const json_type type = from.type();
  if (type != json_type::number && type != json_type::string) return 0;
  std::string_view text = raw_token(from);
  if (type == json_type::string) {
    text = text.substr(1, text.size() - 2);
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<double>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  }
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

inline bool read_boolean(json_value& from) {
  return from.type() == json_type::boolean && bool{from.get_bool()};
}

// Visit(key, value) for each field; nothing for null or anything else that is no object.
template <class Visit>
void each_field(json_value& from, Visit visit) {
  if (from.type() != json_type::object) return;
  for (simdjson::ondemand::field field : from.get_object()) {
    const std::string_view key = field.unescaped_key();
    visit(key, field.value());
  }
}

template <class Visit>
void each_element(json_value& from, Visit visit) {
  if (from.type() != json_type::array) return;
  for (json_value element : from.get_array()) visit(element);
}

}  // namespace waybill::inline v0
