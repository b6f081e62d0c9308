#include <waybill/decode/plain_value.hpp>

#include <waybill/base/json_writer.hpp>
#include <waybill/base/utf8.hpp>
#include <waybill/wire/base64.hpp>

#include <algorithm>

namespace waybill::inline v0::decode {
namespace {

// Whether a word is a number as JSON writes it.
bool is_number(std::string_view word) {
  std::size_t digits = 0;
  std::size_t dots = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    if (c >= '0' && c <= '9') {
      ++digits;
    } else if (c == '.') {
      if (digits == 0 || i + 1 == word.size()) return false;
      ++dots;
    } else if (c != '-' || i != 0) {
      return false;
    }
  }
  const std::string_view whole = word.substr(word.starts_with('-') ? 1 : 0);
  const bool leading_zero = whole.size() > 1 && whole[0] == '0' && whole[1] != '.';
  return digits > 0 && digits < 20 && dots <= 1 && !leading_zero;
}

void write(const plain_value& value, json_writer& json) {
  switch (value.is) {
    case plain_value::sort::null:
      json.null();
      return;
    case plain_value::sort::word:
      if (is_number(value.text)) {
        json.raw(value.text);
      } else if (value.text == "true" || value.text == "True") {
        json.boolean(true);
      } else if (value.text == "false" || value.text == "False") {
        json.boolean(false);
      } else {
        json.text(value.text);
      }
      return;
    case plain_value::sort::text:
      json.text(is_valid_utf8(value.text) ? value.text : to_base64(value.text));
      return;
    case plain_value::sort::group:
      break;
  }
  value.keyed ? json.begin_object() : json.begin_array();
  for (std::size_t i = 0; i < value.members.size(); ++i) {
    const plain_value& member = value.members[i];
    if (value.keyed) json.key(member.key.empty() ? std::to_string(i) : member.key);
    write(member, json);
  }
  value.keyed ? json.end_object() : json.end_array();
}

}  // namespace

std::string to_json(const plain_value& value) {
  std::string out;
  json_writer json{out};
  write(value, json);
  return out;
}

bool is_member_name(std::string_view text) noexcept {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '.' || c == ':' || c == '/';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), fits);
}

}  // namespace waybill::inline v0::decode
