// UTF-8 from strangers: is it valid, and a valid copy where it is not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

// Length in bytes of the well-formed sequence that text starts with, 0 if there is none (Unicode 15, table 3-7).
std::size_t utf8_sequence(std::string_view text) noexcept;

bool is_valid_utf8(std::string_view text) noexcept;

// A copy in which each byte that belongs to no valid sequence is U+FFFD.
std::string to_valid_utf8(std::string_view text);

// The longest prefix of at most limit bytes that does not cut a sequence in two.
std::string_view utf8_prefix(std::string_view text, std::size_t limit) noexcept;

}  // namespace waybill::inline v0
