// Waits for Ctrl-C or SIGTERM, so that main can end in order and what is recorded leaves first.
#pragma once

#include <signal.h>

namespace demo {

// Make it first in main: threads that are started later inherit the block, and none of them gets the signal.
class wait_for_end {
 public:
  wait_for_end() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  void wait() const {
    int received = 0;
    sigwait(&signals_, &received);
  }
  // True once it was asked to end; waits at most so long.
  bool wait(long milliseconds) const {
    const timespec limit{milliseconds / 1000, milliseconds % 1000 * 1'000'000};
    return sigtimedwait(&signals_, nullptr, &limit) > 0;
  }

 private:
  sigset_t signals_;
};

}  // namespace demo
