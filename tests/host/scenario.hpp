// Starts a host of its own for what ends a process, and waits for its end.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

namespace waybill_tests {

struct ended_host {
  int code = -1;     // its exit code; -1 when a signal ended it, or it did not end within a minute
  int signal = 0;    // that ended it
  std::string said;  // on standard output
  std::chrono::milliseconds took{0};
};

// Runs the program with these arguments. reads_output false: its standard output is a pipe that nobody reads.
inline ended_host run_host(const char* program, std::vector<std::string> arguments,
                           bool reads_output = true) {
  int output[2];
  REQUIRE(pipe2(output, O_CLOEXEC) == 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  std::vector<char*> words{const_cast<char*>(program)};
  for (auto& one : arguments) words.push_back(one.data());
  words.push_back(nullptr);
  posix_spawnattr_t group;  // one of its own, so that children it leaves behind are ended with it
  posix_spawnattr_init(&group);
  posix_spawnattr_setflags(&group, POSIX_SPAWN_SETPGROUP);
  pid_t child = 0;
  REQUIRE(posix_spawn(&child, program, &actions, &group, words.data(), environ) == 0);
  posix_spawnattr_destroy(&group);
  posix_spawn_file_actions_destroy(&actions);
  close(output[1]);

  using clock = std::chrono::steady_clock;
  const auto began = clock::now();
  const auto too_late = began + std::chrono::minutes{1};
  ended_host host;
  int status = 0;
  pid_t waited = 0;
  while ((waited = waitpid(child, &status, WNOHANG)) == 0 && clock::now() < too_late) {
    pollfd wanted{.fd = output[0], .events = POLLIN, .revents = 0};
    char bytes[4096];
    if (!reads_output) {
      usleep(2'000);
    } else if (poll(&wanted, 1, 2) == 1) {
      const ssize_t got = read(output[0], bytes, sizeof bytes);
      if (got > 0) host.said.append(bytes, static_cast<std::size_t>(got));
      if (got <= 0) usleep(2'000);
    }
  }
  host.took = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - began);
  if (waited == 0) {
    kill(-child, SIGKILL);
    waitpid(child, &status, 0);
  } else {
    if (WIFEXITED(status)) host.code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) host.signal = WTERMSIG(status);
  }
  char bytes[4096];
  ssize_t got = 0;
  while (reads_output && (got = read(output[0], bytes, sizeof bytes)) > 0)
    host.said.append(bytes, static_cast<std::size_t>(got));
  close(output[0]);
  return host;
}

}  // namespace waybill_tests
