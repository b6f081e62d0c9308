// Which traces are recorded: the parent's decision if it made one, else a ratio by the trace id.
#pragma once

#include <waybill/context/span_ids.hpp>

#include <bit>
#include <cstdint>
#include <cstring>

namespace waybill::inline v0 {

// By the right-most 56 bits of the trace id (OpenTelemetry, tracestate probability sampling): the same trace gets the same
// answer wherever and whenever it is asked, so a decision that was deferred can be made at any hop.
class sampler {
 public:
  // ratio: 0 records nothing that has no sampled parent, 1 everything. Outside [0, 1]: the nearer end.
  explicit constexpr sampler(double ratio = 1.0) noexcept
      : threshold_(ratio >= 1.0  ? 0
                   : ratio > 0.0 ? range - static_cast<std::uint64_t>(ratio * static_cast<double>(range))
                                 : range) {}

  bool would_sample(const trace_id& trace) const noexcept {
    std::uint64_t last8;  // big-endian, as everything in ids
    std::memcpy(&last8, trace.bytes().data() + 8, sizeof last8);
    if constexpr (std::endian::native == std::endian::little) last8 = __builtin_bswap64(last8);
    return last8 % range >= threshold_;
  }

  sampling_decision decide(const trace_id& trace, sampling_decision parent) const noexcept {
    if (parent != sampling_decision::deferred) return parent;
    return would_sample(trace) ? sampling_decision::sampled : sampling_decision::not_sampled;
  }

 private:
  static constexpr std::uint64_t range = std::uint64_t{1} << 56;
  std::uint64_t threshold_;
};

}  // namespace waybill::inline v0
