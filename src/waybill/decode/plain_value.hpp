// A value as some tool printed it: text, or members with or without keys. All notations that are not JSON become JSON by way of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0::decode {

inline constexpr int max_value_depth = 24;  // of values in each other

struct plain_value {
  enum class sort : unsigned char { null, word, text, group };

  sort is = sort::null;
  std::string text{};  // of a word (a number, true, an enumerator) or a text
  bool keyed = false;  // of a group: its members have keys
  std::string key{};   // of a member
  std::vector<plain_value> members{};
};

// A group is an object when a member has a key, else a list. Bytes that are no text are given in base64.
std::string to_json(const plain_value& value);

// Whether text could be the name of a member: a few letters, digits and what joins words.
bool is_member_name(std::string_view text) noexcept;

}  // namespace waybill::inline v0::decode
