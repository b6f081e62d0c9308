// One row of the table: something that is done many times, with everything it needs made ready before.
#pragma once

#include "allocation_total.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace waybill::bench {

// Of all the times together.
struct measurement {
  std::int64_t nanoseconds = 0;
  allocation_total allocated;
};

struct operation {
  std::string_view name;  // a peer's operation of the same name does the same
  measurement (*run)(std::uint64_t times);
};

// The compiler must take it that whatever is at this address is looked at.
inline void keep(const void* result) noexcept {
  asm volatile("" : : "r"(result) : "memory");
}

template <class Fn>
measurement measure(std::uint64_t times, Fn&& once) {
  const allocation_total before = allocations_so_far();
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < times; ++i) once();
  const auto ended = std::chrono::steady_clock::now();
  const allocation_total after = allocations_so_far();
  return {.nanoseconds = std::chrono::nanoseconds{ended - began}.count(),
          .allocated = {after.count - before.count, after.bytes - before.bytes}};
}

// The rows of each file, in the order of the table.
std::span<const operation> extraction_operations() noexcept;
std::span<const operation> injection_operations() noexcept;
std::span<const operation> span_operations() noexcept;
std::span<const operation> task_operations() noexcept;

}  // namespace waybill::bench
