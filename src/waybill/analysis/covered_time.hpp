// A set of moments, as intervals: how much time several things take that overlap.
#pragma once

#include <waybill/base/clock.hpp>

#include <cstdint>
#include <vector>

namespace waybill::inline v0 {

struct interval {
  unix_nanos from;
  unix_nanos to;
};

// Intervals that end before they start count as nothing.
class covered_time {
 public:
  // How many nanoseconds were added that were not covered before.
  std::int64_t add(const std::vector<interval>& more);

  std::int64_t total() const noexcept;
  std::vector<interval> complement(interval whole) const;

 private:
  std::vector<interval> intervals_;  // disjoint, ordered
};

}  // namespace waybill::inline v0
