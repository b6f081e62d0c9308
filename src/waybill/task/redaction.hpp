// Keys whose values are nobody's business: what they hold leaves as "[redacted]".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

inline constexpr std::string_view redacted_text = "[redacted]";

// A key is secret when it contains one of the words, ignoring case, '_', '-', '.' and blanks: API-Key is apikey. Always
// among them: password, passwd, secret, token, authorization, apikey, privatekey, cookie, credential, sessionid.
class redaction {
 public:
  constexpr redaction() noexcept = default;
  explicit redaction(std::vector<std::string> more_words);

  bool is_secret(std::string_view key) const noexcept;

 private:
  std::vector<std::string> more_words_;
};

}  // namespace waybill::inline v0
