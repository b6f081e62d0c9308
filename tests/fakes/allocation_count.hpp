// Counts what a thread takes from operator new, in a program that links allocation_count.cpp.
#pragma once

#include <cstddef>

namespace waybill::testing {

std::size_t allocations_so_far() noexcept;

template <class Fn>
std::size_t allocations_of(Fn&& fn) {
  const std::size_t before = allocations_so_far();
  fn();
  return allocations_so_far() - before;
}

}  // namespace waybill::testing
