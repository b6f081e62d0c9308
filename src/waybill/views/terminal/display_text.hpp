// Text from strangers, made fit for a terminal: no control characters, and its width in columns known.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace waybill::inline v0::views {

// Columns that a terminal gives to text: 2 for East Asian wide characters and emoji, 0 for combining marks. Text must be
// valid UTF-8.
std::size_t display_width(std::string_view text) noexcept;

// Control characters, escape sequences and direction overrides as '·', line breaks as a blank, invalid UTF-8 as U+FFFD.
std::string printable(std::string_view text);

// At most columns wide: what is too long ends in '…' (dots: "..." in ASCII).
enum class ellipsis : unsigned char { unicode, ascii };
std::string fitted(std::string_view printable_text, std::size_t columns, ellipsis how);

// Fitted, then filled up with blanks, on the right or on the left.
enum class alignment : unsigned char { left, right };
std::string padded(std::string_view printable_text, std::size_t columns, alignment where, ellipsis how);

}  // namespace waybill::inline v0::views
