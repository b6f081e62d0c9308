// The two programs that README.md shows, run as it says: first the producer, then the worker.
#include "../store/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <signal.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace {

// A command in the shell, and what it says.
class started {
 public:
  explicit started(const std::string& command) : output_(popen(command.c_str(), "re")) { REQUIRE(output_); }
  ~started() {
    if (output_ != nullptr) pclose(output_);
  }
  started(const started&) = delete;
  started& operator=(const started&) = delete;

  std::string next_line() {
    std::string line;
    for (int c = std::fgetc(output_); c != EOF && c != '\n'; c = std::fgetc(output_))
      line += static_cast<char>(c);
    return line;
  }
  int end() { return pclose(std::exchange(output_, nullptr)); }

 private:
  std::FILE* output_;
};

}  // namespace

TEST_CASE(
    "the README's worker works on what the README's producer sent, in the same trace, and ends when asked "
    "to") {
  const waybill::testing::temporary_folder folder;
  const std::string there = "cd '" + folder.path() + "' && ";
  setenv("OTEL_TRACES_EXPORTER", "none", 1);  // no collector is needed for this
  setenv("OTEL_LOGS_EXPORTER", "none", 1);
  setenv("WAYBILL_JSON_LINES", "-", 1);

  started producer{there + "exec '" README_PRODUCER "'"};
  const std::string trace = producer.next_line();
  CHECK(trace.size() == 32);
  CHECK(producer.end() == 0);

  started worker{there + "echo $$; exec '" README_WORKER "'"};
  const pid_t pid = static_cast<pid_t>(std::stol(worker.next_line()));
  std::string event = worker.next_line();
  while (!event.empty() && event.find("\"waybill.task\"") == std::string::npos) event = worker.next_line();
  kill(pid, SIGTERM);
  CHECK(worker.end() == 0);

  CHECK(event.find("\"trace_id\":\"" + trace + "\"") != std::string::npos);
  for (const char* const field :
       {R"("metadata.organizationId":"org_acme")", R"("deploymentId":"dep_4711")", R"("replicas":3)",
        R"("waybill.outcome":"ok")", R"("waybill.wait.basis":"same_clock")"}) {
    CHECK_MESSAGE(event.find(field) != std::string::npos, field << " is not in " << event);
  }
}
