// Which traces are recorded: the parent's decision if it made one, else a ratio by the trace id.
#pragma once

#include <waybill/context/span_ids.hpp>
#include <waybill/context/trace_randomness.hpp>

#include <cstdint>

namespace waybill::inline v0 {

// By the randomness that a trace carries, its id as a rule: the same trace gets the same answer wherever and whenever it is
// asked, so a decision that was deferred can be made at any hop.
class sampler {
 public:
  // ratio: 0 records nothing that has no sampled parent, 1 everything. Outside [0, 1]: the nearer end.
  explicit constexpr sampler(double ratio = 1.0) noexcept
      : threshold_(ratio >= 1.0  ? 0
                   : ratio > 0.0 ? range - static_cast<std::uint64_t>(ratio * static_cast<double>(range))
                                 : range),
        ratio_(ratio >= 1.0  ? 1.0
               : ratio > 0.0 ? ratio
                             : 0.0) {}

  bool would_sample(std::uint64_t randomness) const noexcept { return randomness >= threshold_; }
  bool would_sample(const trace_id& trace) const noexcept { return would_sample(trace_randomness(trace)); }

  sampling_decision decide(std::uint64_t randomness) const noexcept {
    return would_sample(randomness) ? sampling_decision::sampled : sampling_decision::not_sampled;
  }

  double ratio() const noexcept { return ratio_; }

 private:
  static constexpr std::uint64_t range = randomness_range;
  std::uint64_t threshold_;
  double ratio_;
};

}  // namespace waybill::inline v0
