// Counts what the measured thread takes from operator new, as "allocs" beside the time.
#pragma once

#include "../tests/fakes/allocation_count.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>

namespace waybill::bench {

// From its making to its end, for each iteration of the benchmark.
class allocation_count {
 public:
  explicit allocation_count(benchmark::State& state) noexcept
      : state_(state), before_(testing::allocations_so_far()) {}
  allocation_count(const allocation_count&) = delete;
  allocation_count& operator=(const allocation_count&) = delete;
  ~allocation_count() {
    const auto taken = static_cast<double>(testing::allocations_so_far() - before_);
    state_.counters["allocs"] = benchmark::Counter(taken, benchmark::Counter::kAvgIterations);
  }

 private:
  benchmark::State& state_;
  std::size_t before_;
};

}  // namespace waybill::bench
