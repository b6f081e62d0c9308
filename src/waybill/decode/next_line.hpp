// Text by its lines.
#pragma once

#include <string_view>

namespace waybill::inline v0::decode {

// Takes the first line off rest, without its LF or CRLF.
inline std::string_view next_line(std::string_view& rest) noexcept {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace waybill::inline v0::decode
