// How a terminal is drawn on: which characters, which colours, how wide.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace waybill::inline v0::views {

enum class ink : unsigned char { plain, dim, strong, error, waiting };

struct terminal_style {
  std::size_t width = 80;  // columns of a line at most
  bool color = false;      // SGR sequences; without, nothing but text
  bool ascii = false;      // no character outside ASCII of our own
  std::size_t most_rows = 500;

  // text between the sequences that switch the ink on and off; text itself when there is no colour.
  std::string inked(std::string_view text, ink how) const;
  // The colour of the n-th service: eight, none of them red, which is for errors alone.
  std::string in_service_color(std::string_view text, std::size_t service) const;
};

}  // namespace waybill::inline v0::views
