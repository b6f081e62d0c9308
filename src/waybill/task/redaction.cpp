#include <waybill/task/redaction.hpp>

#include <waybill/base/ascii.hpp>

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

}  // namespace

std::vector<std::string> redaction::default_words() {
  return {"password", "passwd",     "secret", "token",      "authorization",
          "apikey",   "privatekey", "cookie", "credential", "sessionid"};
}

redaction::redaction(std::vector<std::string> words) : words_(std::move(words)) {
  for (auto& word : words_) {
    std::string plain;
    for (const char c : word) {
      if (!is_separator(c)) plain += ascii_lower(c);
    }
    word = std::move(plain);
  }
  std::erase(words_, "");
}

bool redaction::is_secret(std::string_view key) const noexcept {
  for (const auto& word : words_) {
    for (std::size_t start = 0; start < key.size(); ++start) {
      if (matches_at(key.substr(start), word)) return true;
    }
  }
  return false;
}

}  // namespace waybill::inline v0
