// Bytes to lower-case hexadecimal and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill::inline v0 {

namespace hex_tables {
inline constexpr char digits[] = "0123456789abcdef";
}

constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Writes 2 * size digits to out, which must have room for them. No terminator.
constexpr void write_hex(const std::uint8_t* bytes, std::size_t size, char* out) noexcept {
  for (std::size_t i = 0; i < size; ++i) {
    out[2 * i] = hex_tables::digits[bytes[i] >> 4];
    out[2 * i + 1] = hex_tables::digits[bytes[i] & 15];
  }
}

enum class hex_case : bool { lower_only, any };

// Reads exactly 2 * size digits into bytes. False, with bytes unspecified, on a wrong length or digit.
constexpr bool read_hex(std::string_view text, std::uint8_t* bytes, std::size_t size, hex_case accepted) noexcept {
  if (text.size() != 2 * size) return false;
  int wrong = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    wrong |= high | low;
    bytes[i] = static_cast<std::uint8_t>((high << 4) | (low & 15));
  }
  if (wrong < 0) return false;
  if (accepted == hex_case::lower_only) {
    for (const char c : text) {
      if (c >= 'A' && c <= 'F') return false;
    }
  }
  return true;
}

}  // namespace waybill::inline v0
