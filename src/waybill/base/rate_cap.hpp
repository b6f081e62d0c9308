// At most so many of something in a second; a second's worth may come at once.
#pragma once

#include <waybill/base/clock.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>

namespace waybill::inline v0 {

// Thread-safe, without a lock: the one word is the time at which everything that was let through has been paid for.
class rate_cap {
 public:
  // 0 lets nothing through.
  explicit rate_cap(std::uint32_t a_second) noexcept
      : price_(a_second == 0 ? second + 1 : std::max<std::int64_t>(second / a_second, 1)) {}

  bool let_through(steady_nanos now) noexcept {
    steady_nanos paid = paid_until_.load(std::memory_order_relaxed);
    steady_nanos next = 0;
    do {
      next = std::max(paid, now) + price_;
      if (next - now > second) return false;
    } while (!paid_until_.compare_exchange_weak(paid, next, std::memory_order_relaxed));
    return true;
  }

 private:
  static constexpr std::int64_t second = 1'000'000'000;

  std::int64_t price_;
  std::atomic<steady_nanos> paid_until_{std::numeric_limits<steady_nanos>::min()};
};

}  // namespace waybill::inline v0
