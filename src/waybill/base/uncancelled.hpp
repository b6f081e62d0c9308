// Holds pthread_cancel off for the block of code it stands in.
#pragma once

namespace waybill::inline v0 {

// Cancellation unwinds the stack from whatever call is a cancellation point, and a noexcept function on the way turns that
// into the end of the process. So where noexcept code of ours must call one, the cancellation waits.
class uncancelled {
 public:
  uncancelled() noexcept;
  ~uncancelled();
  uncancelled(const uncancelled&) = delete;
  uncancelled& operator=(const uncancelled&) = delete;

 private:
  int before_;
};

}  // namespace waybill::inline v0
