// http and https addresses, taken apart.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/http/address.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

struct http_url {
  std::string scheme;      // "http" or "https"
  std::string user_info;   // what stood before '@' (a Sentry DSN's key, name:password), still percent-encoded
  std::string host;        // lower case, an IPv6 literal without its brackets
  std::uint16_t port = 0;  // 80 or 443 if none was written
  std::string path;        // at least "/", still percent-encoded
  std::string query;       // without the '?'

  // Scheme, host and port: names the other side in a sentence without leaking what else the address holds.
  std::string origin() const;
};

// Strict: refuses other schemes, spaces, control characters and fragments, with a sentence.
result<http_url> parse_http_url(std::string_view text);

}  // namespace waybill::inline v0
