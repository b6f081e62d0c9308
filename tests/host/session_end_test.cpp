#include "collectors.hpp"
#include "scenario.hpp"

#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

using namespace waybill_tests;
using namespace std::chrono_literals;

namespace {
// ThreadSanitizer cannot follow threads that are started after a fork of a process with threads.
#if defined(__SANITIZE_THREAD__)
constexpr bool cannot_fork = true;
#else
constexpr bool cannot_fork = false;
#endif
// AddressSanitizer leaves its allocator locked in the child when another thread was allocating (GCC 12).
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr bool cannot_fork_under_load = true;
#else
constexpr bool cannot_fork_under_load = false;
#endif

ended_host leave(const std::string& way, const std::string& collector) {
  return run_host(LEAVING_HOST, {way, collector});
}
}  // namespace

TEST_CASE("exit inside a task ends the process with its code, and what was done before has left") {
  for (const char* const way : {"exit in a task", "exit in a task on another thread"}) {
    CAPTURE(way);
    const good_collector collector;
    const auto host = leave(way, collector.url());
    CHECK(host.code == 3);
    CHECK(collector.has("waybill.task.start"));
    CHECK(collector.has("done before exit"));
    CHECK(!collector.has("waybill.task"));  // it did not end
  }
}

TEST_CASE("destructors of statics and thread_locals may use waybill before and after the session's end") {
  const good_collector collector;
  const auto host = leave("die in statics", collector.url());
  CHECK(host.code == 0);
  CHECK(collector.has("thread_local of a thread"));
  CHECK(collector.has("kept by thread_local of a thread"));
  CHECK(collector.has("kept by thread_local"));  // the main thread's go before any static
  CHECK(collector.has("kept by static after"));
  CHECK(!collector.has("kept by static before"));
}

TEST_CASE("a forked child that exits exports its own spans, under its own pid, and none of its parent's" *
          doctest::skip(cannot_fork)) {
  const good_collector collector;
  const auto host = leave("exit in a forked child", collector.url());
  CHECK(host.code == 0);
  for (const char* const name : {"before the fork", "open at the fork", "the child's"}) {
    CAPTURE(name);
    CHECK(collector.count(name) == 1);
  }
  CHECK(host.said.find("child " + collector.sender_of("the child's") + "\n") != std::string::npos);
  CHECK(host.said.find("parent " + collector.sender_of("before the fork") + "\n") != std::string::npos);
}

TEST_CASE("a process may fork while all its threads record: every child records and ends" *
          doctest::skip(cannot_fork_under_load)) {
  const good_collector collector;
  const auto host = leave("fork under load", collector.url());
  CHECK(host.code == 0);
  CHECK(host.signal == 0);
  CHECK(collector.count("a child's") == FORKS);
}

TEST_CASE("a program that the host starts with exec inherits no connection of ours") {
  const good_collector collector;
  const auto host = leave("exec in a child", collector.url());
  CHECK(host.code == 0);
  CHECK(host.said == "that is all\n");
}

TEST_CASE("whatever the collector does, the process ends within its flush limit") {
  const auto check = [](std::string_view collector, const std::string& url) {
    CAPTURE(collector);
    for (const char* const way : {"end at once", "exit with a limit"}) {
      CAPTURE(way);
      const auto host = leave(way, url);
      CHECK(host.code == 0);
      CHECK(host.took < 300ms + 300ms + 900ms);  // its life, its limit, and a busy machine
    }
  };
  check("refuses", refusing_url());
  check("drops packets", silent_port{}.url());
  for (const auto& bad : bad_answers()) check(bad.name, scripted_server{bad.play}.url(""));
}

TEST_CASE("a session that is ended by hand tells what was lost, and why") {
  auto tracing = waybill::start({.service_name = "ended", .export_to = refusing_url(), .flush_limit = 2s});
  REQUIRE(tracing);
  { auto span = waybill::start_span("lost"); }
  CHECK(!tracing->end());
  CHECK(tracing->dropped() == 1);
  CHECK(tracing->last_problem().find("could not be reached") != std::string::npos);
  { auto span = waybill::start_span("too late for a session, and no harm"); }
  CHECK(!waybill::current_ids());
  CHECK(!tracing->end());

  const good_collector collector;
  auto next = waybill::start({.service_name = "ended", .export_to = collector.url()});
  REQUIRE(next);
  { auto span = waybill::start_span("kept"); }
  CHECK(next->end());
  CHECK(collector.has("kept"));
}

TEST_CASE("standard output that nobody reads does not hold up the end of the process") {
  const good_collector collector;
  const auto host = run_host(LEAVING_HOST, {"lines nobody reads", collector.url()}, false);
  CHECK(host.code == 0);
  CHECK(host.took < 300ms + 2s);
}
