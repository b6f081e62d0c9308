#include <waybill/views/terminal/paragraph.hpp>

#include <waybill/views/terminal/display_text.hpp>

namespace waybill::inline v0::views {

std::string paragraph(std::string_view text, std::size_t width, std::string_view mark,
                      function_ref<std::string(std::string_view)> ink_line) {
  const std::size_t room = width > mark.size() + 10 ? width - mark.size() : 10;
  std::string out;
  std::string line;
  bool first = true;
  const auto flush = [&] {
    out.append(first ? std::string{mark} : std::string(mark.size(), ' ')).append(ink_line(line)).append("\n");
    line.clear();
    first = false;
  };
  while (!text.empty()) {
    const auto blank = text.find(' ');
    std::string word = fitted(text.substr(0, blank), room, ellipsis::unicode);
    text = blank == std::string_view::npos ? std::string_view{} : text.substr(blank + 1);
    if (!line.empty() && display_width(line) + 1 + display_width(word) > room) flush();
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty() || first) flush();
  return out;
}

}  // namespace waybill::inline v0::views
