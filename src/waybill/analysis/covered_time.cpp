#include <waybill/analysis/covered_time.hpp>

#include <algorithm>

namespace waybill::inline v0 {

std::int64_t covered_time::add(const std::vector<interval>& more) {
  const auto before = total();
  intervals_.insert(intervals_.end(), more.begin(), more.end());
  std::ranges::sort(intervals_, {}, &interval::from);
  std::vector<interval> merged;
  for (const auto& one : intervals_) {
    if (one.to <= one.from) continue;
    if (!merged.empty() && one.from <= merged.back().to) {
      merged.back().to = std::max(merged.back().to, one.to);
    } else {
      merged.push_back(one);
    }
  }
  intervals_ = std::move(merged);
  return total() - before;
}

std::int64_t covered_time::total() const noexcept {
  std::int64_t sum = 0;
  for (const auto& one : intervals_) sum += one.to - one.from;
  return sum;
}

std::vector<interval> covered_time::complement(interval whole) const {
  std::vector<interval> rest;
  for (const auto& one : intervals_) {
    if (one.from > whole.from) rest.push_back({whole.from, std::min(one.from, whole.to)});
    whole.from = std::max(whole.from, one.to);
  }
  if (whole.from < whole.to) rest.push_back(whole);
  return rest;
}

}  // namespace waybill::inline v0
