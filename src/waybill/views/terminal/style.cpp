#include <waybill/views/terminal/style.hpp>

#include <array>

namespace waybill::inline v0::views {
namespace {

std::string between(std::string_view sequence, std::string_view text) {
  if (text.empty()) return {};
  return std::string{"\x1b["}.append(sequence).append("m").append(text).append("\x1b[0m");
}

// Of the 256-colour cube, readable on light and on dark.
constexpr std::array<std::string_view, 8> service_colors{"38;5;33", "38;5;35",  "38;5;134", "38;5;37",
                                                         "38;5;69", "38;5;100", "38;5;173", "38;5;102"};

}  // namespace

std::string terminal_style::inked(std::string_view text, ink how) const {
  if (!color) return std::string{text};
  switch (how) {
    case ink::plain:
      break;
    case ink::dim:
      return between("2", text);
    case ink::strong:
      return between("1", text);
    case ink::error:
      return between("31", text);
    case ink::waiting:
      return between("33", text);
  }
  return std::string{text};
}

std::string terminal_style::in_service_color(std::string_view text, std::size_t service) const {
  return color ? between(service_colors[service % service_colors.size()], text) : std::string{text};
}

}  // namespace waybill::inline v0::views
