// Sentences broken into lines that fit.
#pragma once

#include <waybill/base/function_ref.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace waybill::inline v0::views {

// Breaks at blanks; a word that is too long is cut. Further lines are indented as far as mark is wide. Every line ends
// with '\n'; ink is applied to each line's text.
std::string paragraph(std::string_view printable_text, std::size_t width, std::string_view mark,
                      function_ref<std::string(std::string_view)> ink_line);

}  // namespace waybill::inline v0::views
