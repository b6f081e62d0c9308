// Percent-encoding of single values (RFC 3986 §2.1): what baggage members and URL parts are written in.
#pragma once

#include <cstddef>
#include <string_view>

namespace waybill::inline v0 {

// Writes text with every byte but letters, digits and - . _ ~ escaped: valid in baggage, paths and queries alike. A space
// becomes %20, never +. out must have room for 3 * text.size(); returns the number of bytes written.
std::size_t percent_encode(std::string_view text, char* out) noexcept;

// Writes the decoded bytes to out, which must have room for text.size(), and returns their number. A + stays a +; a % that
// is not followed by two hexadecimal digits stays as it is. The bytes may be anything: check UTF-8 where it matters.
std::size_t percent_decode(std::string_view text, char* out) noexcept;

}  // namespace waybill::inline v0
