// Keeps signals away from threads of ours.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace waybill::inline v0 {

// Threads started while it lives get no asynchronous signal, so Ctrl-C reaches the thread that waits for it.
// Signals that a thread causes itself stay, for whoever reports crashes.
class signals_blocked {
 public:
  signals_blocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF})
      sigdelset(&all, own);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;
  ~signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace waybill::inline v0
