// Keys whose values are nobody's business: what they hold leaves as "[redacted]".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

inline constexpr std::string_view redacted_text = "[redacted]";

// A key is secret when it contains one of the words, ignoring case, '_', '-', '.' and blanks: API-Key is apikey.
class redaction {
 public:
  static std::vector<std::string>
  default_words();  // password, secret, token, authorization, apikey, cookie and the like

  redaction() : redaction(default_words()) {}
  explicit redaction(std::vector<std::string> words);

  bool is_secret(std::string_view key) const noexcept;

 private:
  std::vector<std::string> words_;
};

}  // namespace waybill::inline v0
