// Text between quotes, with the escapes that C, Python, JavaScript, Ruby and redis-cli share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace waybill::inline v0::decode {

// Appends what the text from its first character, the quote, to the same one again says; where it ends, behind the quote.
// Behind the text's end, text.size() + 1, when that quote is missing.
std::size_t read_quoted(std::string_view text, std::string& into);

}  // namespace waybill::inline v0::decode
