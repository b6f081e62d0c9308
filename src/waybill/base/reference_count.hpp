// How many owners something has. The compiler's own atomics: <atomic> would double what a light header costs to compile.
#pragma once

#include <cstdint>

namespace waybill::inline v0 {

class reference_count {
 public:
  reference_count() noexcept = default;  // one owner: whoever made it
  reference_count(const reference_count&) = delete;
  reference_count& operator=(const reference_count&) = delete;

  void add() noexcept { __atomic_fetch_add(&owners_, 1, __ATOMIC_RELAXED); }
  // True for the last owner, which then sees all that the others did.
  bool drop() noexcept { return __atomic_fetch_sub(&owners_, 1, __ATOMIC_ACQ_REL) == 1; }

 private:
  std::uint32_t owners_ = 1;
};

}  // namespace waybill::inline v0
