#include "child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace demo {
namespace {

[[noreturn]] void become(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const auto& one : command) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  std::fprintf(stderr, "demo: cannot run %s; build it with ./dev build\n", arguments[0]);
  _exit(127);
}

}  // namespace

child_process::child_process(const std::vector<std::string>& command, lifetime lasts) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    std::perror("demo: pipe");
    std::exit(1);
  }
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) {
    std::perror("demo: fork");
    std::exit(1);
  }
  if (pid_ == 0) {
    setpgid(0, 0);  // Ctrl-C is for the demo, which then ends its children in order
    if (lasts == lifetime::the_demos) {
      prctl(PR_SET_PDEATHSIG, SIGTERM);  // and if the demo is killed, they end too
      if (getppid() != parent) _exit(1);
    }
    dup2(ends[1], STDOUT_FILENO);
    become(command);
  }
  close(ends[1]);
  output_ = ends[0];
}

child_process::~child_process() {
  end();
  if (output_ >= 0) close(output_);
}

std::optional<std::string> child_process::wait_for_line(const std::function<bool(const std::string&)>& passes,
                                                        seconds limit) {
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::nanoseconds>(limit);
  for (;;) {
    for (auto end = unread_.find('\n'); end != std::string::npos; end = unread_.find('\n')) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      if (passes(line)) return line;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd readable{output_, POLLIN, 0};
    if (left.count() <= 0 || poll(&readable, 1, static_cast<int>(left.count())) <= 0) return std::nullopt;
    char buffer[4096];
    const ssize_t size = read(output_, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) {
      ended_ = true;
      return std::nullopt;
    }
    unread_.append(buffer, static_cast<std::size_t>(size));
  }
}

bool child_process::end(seconds limit) {
  if (pid_ <= 0) return false;
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::nanoseconds>(limit);
  int status = 0;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    kill(pid_, SIGTERM);  // again and again: one that came before it had become its program is lost
    if (std::chrono::steady_clock::now() > until) {
      kill(pid_, SIGKILL);
      waitpid(pid_, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  pid_ = -1;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int run(const std::vector<std::string>& command) {
  const pid_t pid = fork();
  if (pid == 0) become(command);
  int status = 0;
  if (pid < 0 || waitpid(pid, &status, 0) != pid) return 1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace demo
