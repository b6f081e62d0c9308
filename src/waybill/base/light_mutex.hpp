// A mutex for headers that have to be light: std::mutex brings the clocks and much else along.
#pragma once

#include <sys/types.h>

namespace waybill::inline v0 {

// For std::lock_guard, like std::mutex.
class light_mutex {
 public:
  light_mutex() noexcept;
  ~light_mutex();
  light_mutex(const light_mutex&) = delete;
  light_mutex& operator=(const light_mutex&) = delete;

  void lock() noexcept;
  void unlock() noexcept;

 private:
  pthread_mutex_t mutex_;
};

}  // namespace waybill::inline v0
