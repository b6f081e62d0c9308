// The small readers of text that all others are made of: UTF-8, percent-encoding, base64, hexadecimal, JSON strings.
#include <waybill/base/hex.hpp>
#include <waybill/base/json_writer.hpp>
#include <waybill/base/percent_encoding.hpp>
#include <waybill/base/utf8.hpp>
#include <waybill/carrier/json_object_members.hpp>
#include <waybill/wire/base64.hpp>

#include "claim.hpp"
#include "w3c_grammar.hpp"

#include <simdjson.h>

#include <string>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

void check_utf8(std::string_view text) {
  const bool valid = is_valid_utf8(text);
  must(valid == simdjson::validate_utf8(text.data(), text.size()),
       "UTF-8 is valid exactly when another library says so");
  const std::string repaired = to_valid_utf8(text);
  must(is_valid_utf8(repaired) && (!valid || repaired == text), "repaired text is valid; valid text stays");
  for (const std::size_t limit : {std::size_t{0}, text.size() / 2, text.size()}) {
    const std::string_view prefix = utf8_prefix(text, limit);
    must(prefix.size() <= limit && text.starts_with(prefix), "a prefix is one, and within its limit");
    must(!valid || (is_valid_utf8(prefix) && prefix.size() + 3 >= std::min(limit, text.size())),
         "a prefix of valid text is valid, and hardly shorter than it may be");
  }
}

void check_percent(std::string_view text) {
  std::string encoded(3 * text.size(), '\0');
  encoded.resize(percent_encode(text, encoded.data()));
  must(all_of(encoded,
              [](char c) {
                return is_letter(c) || is_digit(c) ||
                       std::string_view{"-._~%"}.find(c) != std::string_view::npos;
              }),
       "encoded text has only the characters that need no encoding");
  std::string back(encoded.size(), '\0');
  back.resize(percent_decode(encoded, back.data()));
  must(back == text, "what was encoded is decoded the same");
  std::string decoded(text.size(), '\0');
  decoded.resize(percent_decode(text, decoded.data()));
  must(text.find('%') != text.npos || decoded == text, "without a percent sign nothing changes");
}

void check_base64(std::string_view text) {
  const std::string encoded = to_base64(text);
  must(encoded.size() % 4 == 0 && from_base64(encoded) == text,
       "what was written as base64 reads back the same");
  if (const auto bytes = from_base64(text)) {
    must(bytes->size() <= text.size() / 4 * 3 + 2, "base64 never grows");
    must(from_base64(to_base64(*bytes)) == bytes, "what was read as base64 is written and read the same");
  }
}

void check_hex(std::string_view text) {
  std::string digits(2 * text.size(), '\0');
  write_hex(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), digits.data());
  std::string back(text.size(), '\0');
  must(
      all_of(digits, is_lower_hex) &&
          read_hex(digits, reinterpret_cast<std::uint8_t*>(back.data()), back.size(), hex_case::lower_only) &&
          back == text,
      "what was written as digits reads back the same");
  const std::size_t half = text.size() / 2;
  std::string bytes(half, '\0');
  for (const auto accepted : {hex_case::lower_only, hex_case::any}) {
    const auto is_accepted = [&](char c) {
      return is_lower_hex(c) || (accepted == hex_case::any && c >= 'A' && c <= 'F');
    };
    must(read_hex(text.substr(0, 2 * half), reinterpret_cast<std::uint8_t*>(bytes.data()), half, accepted) ==
             all_of(text.substr(0, 2 * half), is_accepted),
         "digits are read exactly when all of them are digits");
  }
}

void check_json(std::string_view text) {
  std::string json = "{";
  append_json_string(json, "key");
  json += ':';
  append_json_string(json, text);
  json += '}';
  json_object_members members{json};
  must(members.next() && members.is_string(), "a string that was written is a string");
  std::string plain(members.raw_value().size(), '\0');
  plain.resize(decode_json_string(members.raw_value(), plain.data()));
  must(plain == to_valid_utf8(text), "a string that was written reads back the same");
  must(!members.next() && members.problem() == nullptr, "a string ends where it ends");
  must(json.find_first_of("\n\r") == json.npos, "a string never breaks its line");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = text_of(data, size);
  check_utf8(text);
  check_percent(text);
  check_base64(text);
  check_hex(text);
  check_json(text);
  return 0;
}
