// Durations as people read them: 420 µs, 60 ms, 3.21 s, 38.7 s, 4 min 3 s, 2 h 5 min.
#pragma once

#include <cstdint>
#include <string>

namespace waybill::inline v0 {

// At most three significant digits below 100 s, whole seconds above. Negative durations keep their sign.
std::string duration_text(std::int64_t nanos);

// The step to which duration_text rounds a duration of this size. Durations that are to add up in one
// sentence are all rounded to the step of their sum.
std::int64_t duration_step(std::int64_t nanos) noexcept;

// Rounded to a multiple of step, half away from zero.
std::int64_t round_to_step(std::int64_t nanos, std::int64_t step) noexcept;

}  // namespace waybill::inline v0
