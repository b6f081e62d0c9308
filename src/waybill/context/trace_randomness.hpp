// The random number that a trace carries in its id: what every hop samples by, so that all come to the same answer.
#pragma once

#include <waybill/context/trace_id.hpp>

#include <bit>
#include <cstdint>
#include <cstring>

namespace waybill::inline v0 {

// Randomness is a whole number below this (OpenTelemetry, tracestate probability sampling).
inline constexpr std::uint64_t randomness_range = std::uint64_t{1} << 56;

// The right-most 56 bits (W3C trace-context level 2 §3.2.2.3).
inline std::uint64_t trace_randomness(const trace_id& trace) noexcept {
  std::uint64_t last8;  // big-endian, as everything in ids
  std::memcpy(&last8, trace.bytes().data() + 8, sizeof last8);
  if constexpr (std::endian::native == std::endian::little) last8 = __builtin_bswap64(last8);
  return last8 % randomness_range;
}

}  // namespace waybill::inline v0
