// Which ids, times and texts the n-th trace of a load has: computed, so that whoever checks a store later
// needs to know only the load's seed and the number of the trace.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace waybill_load {

inline constexpr std::size_t spans_per_trace =
    8;  // the first half in the web service, the other in the worker
inline constexpr std::size_t spans_per_half = spans_per_trace / 2;

// splitmix64: every number gives another, and neighbours look unrelated.
constexpr std::uint64_t scrambled(std::uint64_t number) noexcept {
  number += 0x9E3779B97F4A7C15;
  number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
  number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
  return number ^ (number >> 31);
}

class load_identity {
 public:
  constexpr load_identity(std::uint64_t seed, std::uint64_t trace) noexcept
      : base_(scrambled(seed) + trace * 16) {}

  constexpr std::array<std::uint64_t, 2> trace_id() const noexcept {
    return {scrambled(base_ + 8), scrambled(base_ + 9)};
  }
  constexpr std::uint64_t span_id(std::size_t span) const noexcept { return scrambled(base_ + span); }
  constexpr std::uint64_t message() const noexcept { return scrambled(base_ + 10); }

 private:
  std::uint64_t base_;
};

// As many hex digits as asked for, 16 at most, at `to`.
inline void write_hex(std::uint64_t number, std::size_t digits, char* to) noexcept {
  for (std::size_t i = digits; i-- > 0; number >>= 4) to[i] = "0123456789abcdef"[number & 15];
}

inline void write_big_endian(std::uint64_t number, char* to) noexcept {
  for (std::size_t i = 8; i-- > 0; number >>= 8) to[i] = static_cast<char>(number);
}

inline std::string hex(std::uint64_t number) {
  std::string text(16, '0');
  write_hex(number, 16, text.data());
  return text;
}

}  // namespace waybill_load
