#include <waybill/task/redaction.hpp>

#include <waybill/base/ascii.hpp>

#include <algorithm>
#include <array>

namespace waybill::inline v0 {
namespace {

bool is_separator(char c) noexcept {
  return c == '_' || c == '-' || c == '.' || c == ' ';
}

// Does word start here, separators in key left out?
bool matches_at(std::string_view key, std::string_view word) noexcept {
  std::size_t matched = 0;
  for (const char c : key) {
    if (matched != 0 && is_separator(c)) continue;
    if (ascii_lower(c) != word[matched]) return false;
    if (++matched == word.size()) return true;
  }
  return false;
}

bool contains(std::string_view key, std::string_view word) noexcept {
  for (std::size_t start = 0; start < key.size(); ++start) {
    if (matches_at(key.substr(start), word)) return true;
  }
  return false;
}

constexpr std::array<std::string_view, 10> own_words{"password",      "passwd",   "secret",     "token",
                                                     "authorization", "apikey",   "privatekey", "cookie",
                                                     "credential",    "sessionid"};

}  // namespace

redaction::redaction(std::vector<std::string> more_words) : more_words_(std::move(more_words)) {
  for (auto& word : more_words_) {
    std::string plain;
    for (const char c : word) {
      if (!is_separator(c)) plain += ascii_lower(c);
    }
    word = std::move(plain);
  }
  std::erase(more_words_, "");
}

bool redaction::is_secret(std::string_view key) const noexcept {
  const auto is_in_key = [&](std::string_view word) { return contains(key, word); };
  return std::ranges::any_of(own_words, is_in_key) || std::ranges::any_of(more_words_, is_in_key);
}

}  // namespace waybill::inline v0
