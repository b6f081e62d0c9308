// How a request's body is packed, which is the same question whatever the protocol: what Content-Encoding says, and what
// comes out.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/base/result.hpp>
#include <waybill/http/message.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

enum class content_encoding : unsigned char {
  none,
  gzip,
  deflate,  // zlib's format (RFC 1950)
  brotli,   // what Python's Sentry SDK sends where that package is installed
  zstd      // what a Collector can be told to send
};

// What an answer of 415 names in Accept-Encoding.
inline constexpr std::string_view known_encodings = "gzip, deflate, br, zstd";

// Nothing where it is none of these, or more than one.
std::optional<content_encoding> read_content_encoding(const http_headers& headers) noexcept;

// failure_code::too_large: more than `limit` bytes would come out; malformed: the bytes are not packed so, are cut off or
// damaged; busy: may_grow, which is asked before so many more bytes are allocated, said no.
result<std::string> unpack(content_encoding how, std::string_view packed, std::size_t limit,
                           function_ref<bool(std::size_t more)> may_grow);

}  // namespace waybill::inline v0
