// Time that stands still until a test moves it.
#pragma once

#include <waybill/base/clock.hpp>

namespace waybill::fakes {

class frozen_clock {
 public:
  explicit frozen_clock(unix_nanos wall = 1'800'000'000'000'000'000) {
    wall_ = wall;
    steady_ = 5'000'000'000;
    replace_clock(&source_);
  }
  ~frozen_clock() { replace_clock(nullptr); }
  static void advance(std::int64_t nanoseconds) {
    wall_ += nanoseconds;
    steady_ += nanoseconds;
  }
  static void step_wall(std::int64_t nanoseconds) { wall_ += nanoseconds; }

 private:
  static inline unix_nanos wall_ = 0;
  static inline steady_nanos steady_ = 0;
  static inline const clock_source source_{[]() noexcept { return wall_; },
                                           []() noexcept { return steady_; }};
};

}  // namespace waybill::fakes
