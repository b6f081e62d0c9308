#include <waybill/views/terminal/display_text.hpp>

#include <waybill/base/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace waybill::inline v0::views {
namespace {

struct code_range {
  std::uint32_t from;
  std::uint32_t to;
};

// Unicode 15, East_Asian_Width W and F, blocks joined where nothing else lies between; and emoji presentation.
constexpr std::array wide{
    code_range{0x1100, 0x115F},   code_range{0x231A, 0x231B},   code_range{0x2329, 0x232A},
    code_range{0x23E9, 0x23EC},   code_range{0x23F0, 0x23F0},   code_range{0x23F3, 0x23F3},
    code_range{0x25FD, 0x25FE},   code_range{0x2614, 0x2615},   code_range{0x2648, 0x2653},
    code_range{0x267F, 0x267F},   code_range{0x2693, 0x2693},   code_range{0x26A1, 0x26A1},
    code_range{0x26AA, 0x26AB},   code_range{0x26BD, 0x26BE},   code_range{0x26C4, 0x26C5},
    code_range{0x26CE, 0x26CE},   code_range{0x26D4, 0x26D4},   code_range{0x26EA, 0x26EA},
    code_range{0x26F2, 0x26F3},   code_range{0x26F5, 0x26F5},   code_range{0x26FA, 0x26FA},
    code_range{0x26FD, 0x26FD},   code_range{0x2705, 0x2705},   code_range{0x270A, 0x270B},
    code_range{0x2728, 0x2728},   code_range{0x274C, 0x274C},   code_range{0x274E, 0x274E},
    code_range{0x2753, 0x2755},   code_range{0x2757, 0x2757},   code_range{0x2795, 0x2797},
    code_range{0x27B0, 0x27B0},   code_range{0x27BF, 0x27BF},   code_range{0x2B1B, 0x2B1C},
    code_range{0x2B50, 0x2B50},   code_range{0x2B55, 0x2B55},   code_range{0x2E80, 0x303E},
    code_range{0x3041, 0x33FF},   code_range{0x3400, 0x4DBF},   code_range{0x4E00, 0x9FFF},
    code_range{0xA000, 0xA4CF},   code_range{0xA960, 0xA97F},   code_range{0xAC00, 0xD7A3},
    code_range{0xF900, 0xFAFF},   code_range{0xFE10, 0xFE19},   code_range{0xFE30, 0xFE6F},
    code_range{0xFF00, 0xFF60},   code_range{0xFFE0, 0xFFE6},   code_range{0x16FE0, 0x18CFF},
    code_range{0x1AFF0, 0x1B2FF}, code_range{0x1F004, 0x1F004}, code_range{0x1F0CF, 0x1F0CF},
    code_range{0x1F18E, 0x1F18E}, code_range{0x1F191, 0x1F19A}, code_range{0x1F200, 0x1F320},
    code_range{0x1F32D, 0x1F335}, code_range{0x1F337, 0x1F37C}, code_range{0x1F37E, 0x1F393},
    code_range{0x1F3A0, 0x1F3CA}, code_range{0x1F3CF, 0x1F3D3}, code_range{0x1F3E0, 0x1F3F0},
    code_range{0x1F3F4, 0x1F3F4}, code_range{0x1F3F8, 0x1F43E}, code_range{0x1F440, 0x1F440},
    code_range{0x1F442, 0x1F4FC}, code_range{0x1F4FF, 0x1F53D}, code_range{0x1F54B, 0x1F567},
    code_range{0x1F57A, 0x1F57A}, code_range{0x1F595, 0x1F596}, code_range{0x1F5A4, 0x1F5A4},
    code_range{0x1F5FB, 0x1F64F}, code_range{0x1F680, 0x1F6C5}, code_range{0x1F6CC, 0x1F6CC},
    code_range{0x1F6D0, 0x1F6D2}, code_range{0x1F6D5, 0x1F6DF}, code_range{0x1F6EB, 0x1F6EC},
    code_range{0x1F6F4, 0x1F6FC}, code_range{0x1F7E0, 0x1F7F0}, code_range{0x1F90C, 0x1F9FF},
    code_range{0x1FA70, 0x1FAFF}, code_range{0x20000, 0x3FFFD},
};

// Marks that sit on the character before them, joiners and variation selectors.
constexpr std::array zero_width{
    code_range{0x0300, 0x036F},   code_range{0x0483, 0x0489}, code_range{0x0591, 0x05BD},
    code_range{0x0610, 0x061A},   code_range{0x064B, 0x065F}, code_range{0x06D6, 0x06DC},
    code_range{0x0900, 0x0902},   code_range{0x093C, 0x093C}, code_range{0x0941, 0x0948},
    code_range{0x0E31, 0x0E31},   code_range{0x0E34, 0x0E3A}, code_range{0x0E47, 0x0E4E},
    code_range{0x1AB0, 0x1AFF},   code_range{0x1DC0, 0x1DFF}, code_range{0x200B, 0x200D},
    code_range{0x2060, 0x2060},   code_range{0x20D0, 0x20FF}, code_range{0xFE00, 0xFE0F},
    code_range{0xFE20, 0xFE2F},   code_range{0xFEFF, 0xFEFF}, code_range{0x1F3FB, 0x1F3FF},
    code_range{0xE0100, 0xE01EF},
};

template <std::size_t Size>
bool contains(const std::array<code_range, Size>& table, std::uint32_t code) noexcept {
  const auto at =
      std::lower_bound(table.begin(), table.end(), code,
                       [](const code_range& range, std::uint32_t sought) { return range.to < sought; });
  return at != table.end() && at->from <= code;
}

std::uint32_t decode(std::string_view sequence) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(sequence[i]) & 0x3FU; };
  const auto first = static_cast<std::uint8_t>(sequence[0]);
  switch (sequence.size()) {
    case 1:
      return first;
    case 2:
      return (first & 0x1FU) << 6 | byte(1);
    case 3:
      return (first & 0x0FU) << 12 | byte(1) << 6 | byte(2);
    default:
      return (first & 0x07U) << 18 | byte(1) << 12 | byte(2) << 6 | byte(3);
  }
}

std::size_t code_width(std::uint32_t code) noexcept {
  if (contains(zero_width, code)) return 0;
  return contains(wide, code) ? 2 : 1;
}

// C0 and C1 controls, and what turns the reading direction round (it can make a line read as another one).
bool is_unsafe(std::uint32_t code) noexcept {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0x200E || code == 0x200F || code == 0x2028 ||
         code == 0x2029;
}

}  // namespace

std::size_t display_width(std::string_view text) noexcept {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_sequence(text), 1);
    width += code_width(decode(text.substr(0, length)));
    text.remove_prefix(length);
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_sequence(text);
    if (length == 0) {
      safe += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    const auto sequence = text.substr(0, length);
    text.remove_prefix(length);
    if (sequence == "\n" || sequence == "\t" || sequence == "\r") {
      safe += ' ';
    } else if (is_unsafe(decode(sequence))) {
      safe += "\xC2\xB7";
    } else {
      safe += sequence;
    }
  }
  return safe;
}

std::string fitted(std::string_view text, std::size_t columns, ellipsis how) {
  if (display_width(text) <= columns) return std::string{text};
  const std::string_view mark = how == ellipsis::ascii ? "..." : "\xE2\x80\xA6";
  const std::size_t mark_width = how == ellipsis::ascii ? 3 : 1;
  if (columns < mark_width) return std::string(columns, '.');
  std::string cut;
  std::size_t width = 0;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_sequence(text), 1);
    const std::size_t wide_by = code_width(decode(text.substr(0, length)));
    if (width + wide_by + mark_width > columns) break;
    cut += text.substr(0, length);
    width += wide_by;
    text.remove_prefix(length);
  }
  return cut.append(mark);
}

std::string padded(std::string_view text, std::size_t columns, alignment where, ellipsis how) {
  std::string fits = fitted(text, columns, how);
  const std::size_t blanks = columns - std::min(columns, display_width(fits));
  if (where == alignment::left) return fits.append(blanks, ' ');
  return std::string(blanks, ' ') + fits;
}

}  // namespace waybill::inline v0::views
