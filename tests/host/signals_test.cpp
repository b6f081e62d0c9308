#include "collectors.hpp"

#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

using namespace waybill;
using namespace std::chrono_literals;

namespace {

std::atomic<int> handled_on_ours{0};
std::atomic<int> handled{0};

std::string name_of(const std::filesystem::path& thread) {
  std::string name;
  std::getline(std::ifstream{thread / "comm"}, name);
  return name;
}

std::filesystem::path exporting_thread() {
  for (const auto& thread : std::filesystem::directory_iterator{"/proc/self/task"}) {
    if (name_of(thread) == "waybill-export") return thread;
  }
  return {};
}

// The bits of a /proc status line such as SigBlk.
std::uint64_t signal_set(const std::filesystem::path& thread, std::string_view key) {
  std::ifstream status{thread / "status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return std::stoull(line.substr(key.size() + 1), nullptr, 16);
  }
  return 0;
}

}  // namespace

TEST_CASE(
    "the exporting thread takes none of the host's signals, and its start leaves the host's own mask as it "
    "was") {
  const waybill_tests::good_collector collector;
  struct sigaction counts {};
  struct sigaction before {};
  counts.sa_handler = [](int) {
    char name[16] = {};
    pthread_getname_np(pthread_self(), name, sizeof name);
    ++(std::string_view{name} == "waybill-export" ? handled_on_ours : handled);
  };
  REQUIRE(sigaction(SIGUSR1, &counts, &before) == 0);

  sigset_t mask_before;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask_before);
  auto tracing = start({.service_name = "signals", .export_to = collector.url()});
  REQUIRE(tracing);
  { auto span = start_span("first"); }
  REQUIRE(tracing->flush(10s));
  sigset_t mask_after;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask_after);
  for (int signal = 1; signal < SIGRTMAX; ++signal)
    CHECK(sigismember(&mask_before, signal) == sigismember(&mask_after, signal));

  const auto thread = exporting_thread();
  REQUIRE(!thread.empty());
  const std::uint64_t blocked = signal_set(thread, "SigBlk:");
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGALRM, SIGUSR1, SIGUSR2, SIGPIPE, SIGWINCH}) {
    CAPTURE(signal);
    CHECK((blocked >> (signal - 1) & 1) == 1);
  }
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGABRT}) {  // a crash is reported as the host wishes
    CAPTURE(signal);
    CHECK((blocked >> (signal - 1) & 1) == 0);
  }
  for (int i = 0; i < 100; ++i) kill(getpid(), SIGUSR1);
  CHECK(handled > 0);
  CHECK(handled_on_ours == 0);
  sigaction(SIGUSR1, &before, nullptr);
}

TEST_CASE("a collector that hangs up in the middle of a request raises no SIGPIPE") {
  const waybill_tests::scripted_server rude{[](waybill_tests::plain_socket&) {}};
  struct sigaction fatal {};
  struct sigaction before {};
  fatal.sa_handler = [](int) { ++handled_on_ours; };
  REQUIRE(sigaction(SIGPIPE, &fatal, &before) == 0);
  {
    const auto tracing = start({.service_name = "signals", .export_to = rude.url(""), .flush_limit = 200ms});
    for (int i = 0; i < 2'000; ++i) auto span = start_span("sent to nobody");
  }
  CHECK(handled_on_ours == 0);
  sigaction(SIGPIPE, &before, nullptr);
}
