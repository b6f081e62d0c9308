// Preloaded into a server: its wall clock goes by as many seconds more as the file named by STEPPED_CLOCK says,
// which may change at any moment. The steady clock is left alone, as a step of the system's clock leaves it.
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <fcntl.h>

#include <cstdlib>

namespace {

long seconds_more() {
  static const char* const file = std::getenv("STEPPED_CLOCK");
  const int descriptor = file != nullptr ? open(file, O_RDONLY | O_CLOEXEC) : -1;
  if (descriptor < 0) return 0;
  char text[24] = {};
  const ssize_t size = read(descriptor, text, sizeof text - 1);
  close(descriptor);
  return size > 0 ? std::strtol(text, nullptr, 10) : 0;
}

}  // namespace

extern "C" int clock_gettime(clockid_t which, timespec* to) noexcept {
  const int outcome = static_cast<int>(syscall(SYS_clock_gettime, which, to));
  if (outcome == 0 && which == CLOCK_REALTIME) to->tv_sec += seconds_more();
  return outcome;
}
