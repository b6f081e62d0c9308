// A process of the demo's: started, listened to, and ended by its own pid, also when the demo itself is killed.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace demo {

using seconds = std::chrono::duration<double>;

enum class lifetime : unsigned char { the_demos, its_own };

class child_process {
 public:
  // program and arguments; its standard output comes to next_line, its standard error to the terminal. Ends the demo with a
  // sentence when it cannot be started.
  explicit child_process(const std::vector<std::string>& command, lifetime lasts = lifetime::the_demos);
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  // The next line that passes, without its end; lines before it are lost. Empty: it did not come in time, or the process
  // has ended.
  std::optional<std::string> wait_for_line(const std::function<bool(const std::string&)>& passes,
                                           seconds limit);

  // It has closed its standard output; what it wrote before was read.
  bool has_ended() const { return ended_; }

  // Asks it to end, then makes it end. True if it ended by itself with exit code 0.
  bool end(seconds limit = seconds{10});

  // Leaves it running when the demo ends.
  void let_live() { pid_ = -1; }

  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  bool ended_ = false;
  std::string unread_;
};

// Runs a command to its end with the demo's own terminal. Its exit code.
int run(const std::vector<std::string>& command);

}  // namespace demo
