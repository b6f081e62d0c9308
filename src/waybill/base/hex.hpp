// Bytes to lower-case hexadecimal and back. Ids are most of what propagation reads and writes: sixteen digits at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace waybill::inline v0 {

enum class hex_case : bool { lower_only, any };

// The value of each digit; of an upper-case one with a mark. Everything else is marked as no digit.
namespace hex_table {
inline constexpr std::uint8_t upper_case = 0x40;
inline constexpr std::uint8_t no_digit = 0x80;
struct table {
  std::uint8_t of[256] = {};
  constexpr table() noexcept {
    for (auto& value : of) value = no_digit;
    for (std::uint8_t i = 0; i < 10; ++i) of['0' + i] = i;
    for (std::uint8_t i = 0; i < 6; ++i) {
      of['a' + i] = static_cast<std::uint8_t>(10 + i);
      of['A' + i] = static_cast<std::uint8_t>((10 + i) | upper_case);
    }
  }
};
inline constexpr table values;
}  // namespace hex_table

constexpr int hex_digit(char c, hex_case accepted = hex_case::any) noexcept {
  const std::uint8_t value = hex_table::values.of[static_cast<std::uint8_t>(c)];
  const int refused =
      accepted == hex_case::any ? hex_table::no_digit : hex_table::no_digit | hex_table::upper_case;
  return (value & refused) != 0 ? -1 : value & 0xF;
}

// Vectors as GCC and clang have them for every machine; without registers for them, they are emulated.
namespace hex_vectors {

using digits16 = std::uint8_t __attribute__((vector_size(16)));
using pairs8 = std::uint16_t __attribute__((vector_size(16)));
using bytes8 = std::uint8_t __attribute__((vector_size(8)));
using words2 = std::uint64_t __attribute__((vector_size(16)));

inline constexpr bool first_digit_is_low = std::endian::native == std::endian::little;

// Sixteen digits to eight bytes. Where there is no digit, wrong becomes all ones.
inline void read(const char* digits, std::uint8_t* bytes, hex_case accepted, digits16& wrong) noexcept {
  digits16 text;
  std::memcpy(&text, digits, sizeof text);
  const digits16 letters = (accepted == hex_case::any ? text | 0x20 : text) - 'a';
  const digits16 numbers = text - '0';
  const auto is_letter = reinterpret_cast<digits16>(letters <= 5);
  const auto is_number = reinterpret_cast<digits16>(numbers <= 9);
  wrong |= ~(is_letter | is_number);
  const auto nibbles = reinterpret_cast<pairs8>((numbers & is_number) | ((letters + 10) & is_letter));
  const pairs8 joined = first_digit_is_low ? nibbles << 4 | nibbles >> 8 : nibbles >> 4 | nibbles;
  const bytes8 eight = __builtin_convertvector(joined & 0xFF, bytes8);
  std::memcpy(bytes, &eight, sizeof eight);
}

// Eight digits to four bytes.
inline void read_half(const char* digits, std::uint8_t* bytes, hex_case accepted, digits16& wrong) noexcept {
  char filled_up[16] = {'0', '0', '0', '0', '0', '0', '0', '0'};
  std::memcpy(filled_up + 8, digits, 8);
  std::uint8_t eight[8];
  read(filled_up, eight, accepted, wrong);
  std::memcpy(bytes, eight + 4, 4);
}

inline bool any(digits16 bits) noexcept {
  const auto words = reinterpret_cast<words2>(bits);
  return (words[0] | words[1]) != 0;
}

inline digits16 to_text(digits16 nibbles) noexcept {
  using signed16 =
      std::int8_t __attribute__((vector_size(16)));  // compared in one step where unsigned ones take three
  const auto is_letter = reinterpret_cast<digits16>(reinterpret_cast<signed16>(nibbles) > 9);
  return nibbles + '0' + (is_letter & ('a' - '0' - 10));
}

// Eight bytes to sixteen digits.
inline void write(const std::uint8_t* bytes, char* digits) noexcept {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  const auto eight = reinterpret_cast<digits16>(words2{word, 0});
  const digits16 text = to_text(__builtin_shufflevector(eight >> 4, eight & 0xF, 0, 16, 1, 17, 2, 18, 3, 19,
                                                        4, 20, 5, 21, 6, 22, 7, 23));
  std::memcpy(digits, &text, sizeof text);
}

}  // namespace hex_vectors

// Writes 2 * size digits to out, which must have room for them. No terminator.
constexpr void write_hex(const std::uint8_t* bytes, std::size_t size, char* out) noexcept {
  if (!std::is_constant_evaluated()) {
    for (; size >= 8; size -= 8, bytes += 8, out += 16) hex_vectors::write(bytes, out);
  }
  for (; size > 0; --size, ++bytes, out += 2) {
    out[0] = "0123456789abcdef"[*bytes >> 4];
    out[1] = "0123456789abcdef"[*bytes & 15];
  }
}

// Reads exactly 2 * size digits into bytes. False, with bytes unspecified, on a wrong length or digit.
constexpr bool read_hex(std::string_view text, std::uint8_t* bytes, std::size_t size,
                        hex_case accepted) noexcept {
  if (text.size() != 2 * size) return false;
  const char* digits = text.data();
  if (!std::is_constant_evaluated()) {
    hex_vectors::digits16 wrong = {};
    for (; size >= 8; size -= 8, bytes += 8, digits += 16) hex_vectors::read(digits, bytes, accepted, wrong);
    for (; size >= 4; size -= 4, bytes += 4, digits += 8)
      hex_vectors::read_half(digits, bytes, accepted, wrong);
    if (hex_vectors::any(wrong)) return false;
  }
  int wrong = 0;
  for (; size > 0; --size, ++bytes, digits += 2) {
    const int high = hex_digit(digits[0], accepted);
    const int low = hex_digit(digits[1], accepted);
    wrong |= high | low;
    *bytes = static_cast<std::uint8_t>(high << 4 | (low & 0xF));
  }
  return wrong >= 0;
}

}  // namespace waybill::inline v0
