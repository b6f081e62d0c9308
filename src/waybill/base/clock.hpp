// Wall and steady time as plain nanosecond counts, from a source that tests can replace.
#pragma once

#include <cstdint>

namespace waybill::inline v0 {

// Nanoseconds since 1970-01-01 UTC, by this host's clock: comparable between hosts only as far as their clocks agree.
using unix_nanos = std::int64_t;
// Nanoseconds of the monotonic clock: only differences mean anything, and only within one boot of one host.
using steady_nanos = std::int64_t;

unix_nanos wall_now() noexcept;
steady_nanos steady_now() noexcept;

// Replaces both clocks for tests; null brings the real ones back. Not for use while other threads read the time.
struct clock_source {
  unix_nanos (*wall)() noexcept;
  steady_nanos (*steady)() noexcept;
};
void replace_clock(const clock_source* source) noexcept;

}  // namespace waybill::inline v0
