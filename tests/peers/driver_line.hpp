// The line to the test that drives this process: facts go out as JSON lines, and when it is cut the process ends.
#pragma once

#include <waybill/base/json_writer.hpp>

#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace peers {

// This host's real clock, whatever waybill has been told: what the test measures with.
inline std::int64_t true_now() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

// Waits a little; true once the test has closed this process's standard input, or is gone.
inline bool driver_is_done(int milliseconds) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (poll(&input, 1, milliseconds) <= 0) return false;
  char ignored[256];
  return read(STDIN_FILENO, ignored, sizeof ignored) <= 0;
}

// {"event":"<event>", …}: fill writes the members.
template <class Fill>
void tell(std::string_view event, Fill&& fill) {
  std::string line;
  waybill::json_writer json{line};
  json.begin_object().key("event").text(event);
  fill(json);
  json.end_object();
  std::puts(line.c_str());
  std::fflush(stdout);
}

}  // namespace peers
