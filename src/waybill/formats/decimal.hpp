// Decimal numbers in headers: digits only, eight at a time, and never more than a limit.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

// Later than any time we would believe (the year 2255), and still nanoseconds in 64 bits.
inline constexpr std::uint64_t max_unix_millis = 9'000'000'000'000;

// Eight digits in one word, the first in the lowest byte.
namespace eight_digits {

inline std::uint64_t load(const char* from) noexcept {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}
inline void store(std::uint64_t word, char* to) noexcept {
  if (std::endian::native != std::endian::little) word = __builtin_bswap64(word);
  std::memcpy(to, &word, sizeof word);
}

// Whether every byte is a digit: its high half is 3, also after adding 6.
constexpr bool all(std::uint64_t word) noexcept {
  constexpr std::uint64_t high_halves = 0xF0F0F0F0F0F0F0F0U;
  return (((word & high_halves) | ((word + 0x0606060606060606U) & high_halves) >> 4)) == 0x3333333333333333U;
}
// Pairs of digits, then pairs of pairs, then all.
constexpr std::uint64_t to_number(std::uint64_t word) noexcept {
  word = (word & 0x0F0F0F0F0F0F0F0FU) * (10 * 0x100 + 1) >> 8;
  word = (word & 0x00FF00FF00FF00FFU) * (100 * 0x10000 + 1) >> 16;
  return (word & 0x0000FFFF0000FFFFU) * (10000 * 0x100000000U + 1) >> 32;
}
// Without the '0' in each byte. The divisions by 100 and 10 are multiplications that are exact for so few digits.
constexpr std::uint64_t from_number(std::uint64_t number) noexcept {
  const std::uint64_t fours = number / 10000 | number % 10000 << 32;
  const std::uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007F0000007FU;
  const std::uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
  const std::uint64_t tens = (twos * 103 >> 10) & 0x000F000F000F000FU;
  return tens | (twos - tens * 10) << 8;
}

}  // namespace eight_digits

// Reads digits from at on and moves it behind them. At most 18 digits, which always fit.
inline std::uint64_t take_decimal(const char*& at, const char* end) noexcept {
  constexpr std::ptrdiff_t max_digits = 18;
  const char* const stop = end - at > max_digits ? at + max_digits : end;
  std::uint64_t number = 0;
  const char* digit = at;
  while (stop - digit >= 8 && eight_digits::all(eight_digits::load(digit))) {
    number = number * 100'000'000 + eight_digits::to_number(eight_digits::load(digit));
    digit += 8;
  }
  for (; digit != stop; ++digit) {
    const auto value = static_cast<unsigned>(*digit - '0');
    if (value > 9) break;
    number = number * 10 + value;
  }
  at = digit;
  return number;
}

// Empty unless text is one digit or more, all of it, and the number is at most limit.
inline std::optional<std::uint64_t> read_decimal(std::string_view text, std::uint64_t limit) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  const std::uint64_t number = take_decimal(at, end);
  if (text.empty() || at != end || number > limit) return std::nullopt;
  return number;
}

// Writes a number below 10^16 without leading zeros and returns its end. out must have room for 16 bytes, whatever the
// number is.
inline char* write_decimal(std::uint64_t number, char* out) noexcept {
  constexpr std::uint64_t zeros = 0x3030303030303030U;
  constexpr std::uint64_t eight = 100'000'000;
  const std::uint64_t first = eight_digits::from_number(number < eight ? number : number / eight);
  const int skipped = first == 0 ? 7 : std::countr_zero(first) / 8;
  eight_digits::store((first | zeros) >> (8 * skipped), out);
  out += 8 - skipped;
  if (number < eight) return out;
  eight_digits::store(eight_digits::from_number(number % eight) | zeros, out);
  return out + 8;
}

}  // namespace waybill::inline v0
