// The border where exceptions of a user's code, and of its allocations, end: nothing of ours may throw into a host.
#pragma once

namespace waybill::inline v0 {

// Calls fn; false when it threw.
template <class Fn>
bool contained(Fn&& fn) noexcept {
#if defined(__cpp_exceptions)
  try {
    fn();
    return true;
  } catch (...) {
    return false;
  }
#else
  fn();
  return true;
#endif
}

}  // namespace waybill::inline v0
