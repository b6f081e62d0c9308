#include <waybill/views/terminal/bar.hpp>

#include <waybill/analysis/duration_text.hpp>
#include <waybill/views/terminal/display_text.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace waybill::inline v0::views {
namespace {

struct glyphs {
  std::string_view work;
  std::string_view moment;  // work that is too short for a whole column
  std::string_view wait;
  std::string_view cut;
};
constexpr glyphs unicode{"▇", "▏", "░", "╱"};
constexpr glyphs ascii{"#", "|", ":", "/"};

// "╱╱ 29 s ╱╱": what an axis break hides, as wide as the break.
std::vector<std::string> break_cells(const axis_break& fold, const glyphs& set) {
  const auto width = static_cast<std::size_t>(std::lround(fold.width));
  const std::string hidden = " " + duration_text(fold.hidden_to - fold.hidden_from) + " ";
  const std::size_t label = display_width(hidden);
  std::vector<std::string> cells(width, std::string{set.cut});
  if (label + 2 > width) return cells;
  const std::size_t begin = (width - label) / 2;
  std::size_t cell = begin;
  for (std::size_t i = 0; i < hidden.size();) {  // one cell a character; durations hold no wide ones
    std::size_t length = 1;
    while (i + length < hidden.size() && (static_cast<unsigned char>(hidden[i + length]) & 0xC0U) == 0x80U)
      ++length;
    cells[cell++] = hidden.substr(i, length);
    i += length;
  }
  return cells;
}

}  // namespace

std::string draw_bar(const trace_row& row, const time_axis& axis, const terminal_style& style) {
  const glyphs& set = style.ascii ? ascii : unicode;
  const auto width = static_cast<std::size_t>(axis.columns());
  const double from = axis.column_of(row.start);
  const double to = axis.column_of(row.start + row.duration);
  const std::size_t first = std::min(static_cast<std::size_t>(from), width - 1);
  const std::size_t last = std::clamp(static_cast<std::size_t>(std::lround(to)), first + 1, width);

  std::vector<std::string> cells(width, " ");
  const bool waits = row.kind != row_kind::span;
  const bool known = row.kind != row_kind::wait || row.duration > 0;
  for (std::size_t i = first; i < last && known; ++i) cells[i] = waits ? set.wait : set.work;
  if (!waits && to - from < 0.5) cells[first] = set.moment;
  for (const auto& fold : axis.breaks()) {
    const auto begin = static_cast<std::size_t>(std::lround(fold.column));
    // Only a row that goes all the way across says what is hidden.
    if (row.start > fold.hidden_from || row.start + row.duration < fold.hidden_to) continue;
    const auto drawn = break_cells(fold, set);
    for (std::size_t i = 0; i < drawn.size() && begin + i < width; ++i) cells[begin + i] = drawn[i];
  }
  while (!cells.empty() && cells.back() == " ") cells.pop_back();
  std::string text;
  for (const auto& cell : cells) text += cell;
  return text;
}

}  // namespace waybill::inline v0::views
