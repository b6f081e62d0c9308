// ASCII letters, ignoring the locale: header names compare without case, and only in ASCII.
#pragma once

#include <cstddef>
#include <string_view>

namespace waybill::inline v0 {

constexpr char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

constexpr bool ascii_iequals(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  }
  return true;
}

// Optional white space of HTTP lists: space and tab.
constexpr std::string_view trim_ows(std::string_view text) noexcept {
  if (!text.empty() && text.front() > ' ' && text.back() > ' ') return text;  // as nearly always
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace waybill::inline v0
