// The grammars of tracestate and baggage once more, in the plainest words: what the quick readers are held against.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace waybill_fuzz {

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool is_lower_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}
inline bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
inline bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}

template <class Predicate>
bool all_of(std::string_view text, Predicate is) {
  for (const char c : text) {
    if (!is(c)) return false;
  }
  return true;
}

inline bool is_lower_hex_id(std::string_view text, std::size_t digits) {
  return text.size() == digits && all_of(text, is_lower_hex) &&
         text.find_first_not_of('0') != std::string_view::npos;
}

inline std::string_view trim(std::string_view text, std::string_view space = " \t") {
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return text.substr(0, 0);
  return text.substr(first, text.find_last_not_of(space) + 1 - first);
}

struct key_and_value {
  std::string_view key;
  std::string_view value;
};

// list-member (W3C trace-context level 2 §3.3.1.3), already trimmed.
inline std::optional<key_and_value> plain_tracestate_member(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals < 1 || equals > 256) return std::nullopt;
  const std::string_view key = text.substr(0, equals);
  const std::string_view value = text.substr(equals + 1);
  const auto begins_key = [](char c) { return is_lower(c) || is_digit(c); };
  const auto in_key = [&](char c) {
    return begins_key(c) || std::string_view{"_-*/@"}.find(c) != std::string_view::npos;
  };
  const auto in_value = [](char c) { return c >= ' ' && c <= '~' && c != ',' && c != '='; };
  if (!begins_key(key.front()) || !all_of(key, in_key)) return std::nullopt;
  if (value.empty() || value.size() > 256 || !all_of(value, in_value)) return std::nullopt;
  return key_and_value{key, value};
}

inline bool is_baggage_token(std::string_view text) {
  return !text.empty() && all_of(text, [](char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
  });
}

inline bool is_baggage_value(std::string_view text) {
  return all_of(text, [](char c) {
    return c > ' ' && c <= '~' && std::string_view{"\",;\\"}.find(c) == std::string_view::npos;
  });
}

// Without an empty property at the end of a member.
inline std::string_view without_last_semicolon(std::string_view member) {
  if (member.ends_with(';') && member.find('=') < member.find(';')) member.remove_suffix(1);
  return trim(member);
}

// list-member (W3C baggage §3.3), already trimmed, and without an empty property at its end.
inline std::optional<key_and_value> plain_baggage_member(std::string_view text) {
  const std::size_t semicolon = text.find(';');
  const std::string_view pair = text.substr(0, semicolon);
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const key_and_value member{trim(pair.substr(0, equals)), trim(pair.substr(equals + 1))};
  if (!is_baggage_token(member.key) || !is_baggage_value(member.value)) return std::nullopt;
  for (std::string_view rest = text; (rest.find(';')) != std::string_view::npos;) {
    rest.remove_prefix(rest.find(';') + 1);
    const std::string_view property = trim(rest.substr(0, rest.find(';')));
    const std::size_t at = property.find('=');
    if (!is_baggage_token(trim(property.substr(0, at)))) return std::nullopt;
    if (at != std::string_view::npos && !is_baggage_value(trim(property.substr(at + 1)))) return std::nullopt;
  }
  return member;
}

}  // namespace waybill_fuzz
