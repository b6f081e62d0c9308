// How a request's body is packed, which is the same question whatever the protocol.
#pragma once

#include <waybill/http/message.hpp>

namespace waybill::inline v0 {

inline bool is_gzipped(const http_headers& headers) noexcept {
  const std::string_view encoding = trim_ows(headers.find("Content-Encoding").value_or(""));
  return ascii_iequals(encoding, "gzip") || ascii_iequals(encoding, "x-gzip");
}

// gzip once, or nothing.
inline bool is_known_encoding(const http_headers& headers) noexcept {
  const std::string_view encoding = trim_ows(headers.find("Content-Encoding").value_or(""));
  return headers.count("Content-Encoding") <= 1 &&
         (encoding.empty() || ascii_iequals(encoding, "identity") || is_gzipped(headers));
}

}  // namespace waybill::inline v0
