// How long the tasks of a queue waited, over many of them: counts and exact percentiles, no averages.
#pragma once

#include <waybill/base/clock.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace waybill::inline v0 {

// Tasks that started between the two, by their workers' clocks, both included.
struct wait_query {
  unix_nanos from = std::numeric_limits<unix_nanos>::min();
  unix_nanos to = std::numeric_limits<unix_nanos>::max();
};

// Durations in nanoseconds; a percentile is the wait of the task at that rank (nearest rank), over the tasks
// whose wait is known and not negative. Empty where there are none.
struct queue_waits {
  std::string queue;           // messaging.destination.name; empty: the tasks did not say
  std::uint64_t tasks = 0;     // all of them
  std::uint64_t unknown = 0;   // of those, without a wait that is known
  std::uint64_t negative = 0;  // of those, with one that cannot be: two clocks differ
  std::optional<std::int64_t> p50{};
  std::optional<std::int64_t> p90{};
  std::optional<std::int64_t> p99{};
  std::optional<std::int64_t> longest{};
};

}  // namespace waybill::inline v0
