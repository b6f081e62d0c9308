#include "../fakes/message.hpp"
#include "collectors.hpp"
#include "failing_memory.hpp"

#include <waybill/start.hpp>
#include <waybill/tracing/tracer.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace waybill;
using namespace waybill_tests;
using namespace std::chrono_literals;

namespace {

const std::string long_text(3'000, 'x');  // more than a record's pooled kilobyte
const std::string baggage = "release=" + std::string(2'000, 'r');

const std::runtime_error no_such_cluster{"no such cluster"};

constexpr int bodies_of_a_run = 4;

// One worker's life: start, a message sent and worked on in each way there is, export, end. Returns how often a body ran.
// What the host itself allocates is exempt; all else may fail.
int run_worker(const std::string& collector, std::uint64_t& dropped) {
  int bodies = 0;
  const tracer* made = nullptr;
  start_options options;
  fakes::message sent;
  metadata forwarded;
  {
    const hosts_own_memory own;
    options.service_name = "worker";
    options.export_to = collector;
    options.resource = {{"deployment.environment.name", "test, and long enough for memory of its own"}};
    options.event_metadata = {"organizationId"};
    options.wait_spans = false;  // a task makes three records then, whatever is left of it
    sent.headers = {{"organizationId", "org_1"}, {"TraceParent", "nonsense"}, {"baggage", baggage}};
  }
  {
    auto tracing = start(std::move(options));

    extract_trace_context(sent.headers, [&] {
      auto sending = start_span("send", {.op = "queue", .kind = span_kind::producer});
      inject_trace_context(sent.headers);
    });
    with_task_logging(sent, {.kind = "deployment", .action = "deploy"}, [&](task& running) {
      ++bodies;
      running.event.set({{"deploymentId", "dep_1"}, {"text", long_text}, {"step", {{"name", "apply"}}}});
      running.event.count("queries");
      auto inner = start_span("inner");
      inner.set("text", long_text);
      inner.add_event("something", {{"text", long_text}});
      inner.add_link(running.context(), {{"why", "a test"}});
      inject_trace_context(forwarded);
      const auto headers = inject_trace_context();
    });
    try {
      with_task_logging(sent, {.kind = "deployment", .action = "fail"}, [&] {
        ++bodies;
        throw no_such_cluster;
      });
      FAIL("the exception is gone");
    } catch (const std::runtime_error& error) {
      const hosts_own_memory own;
      CHECK(error.what() == std::string{no_such_cluster.what()});
    }
    auto handle = start_task(sent, {.kind = "deployment", .action = "later"});
    resume_in(handle, [&] {
      ++bodies;
      auto later = start_span("later");
    });
    handle->event.set("text", long_text);
    handle->fail("Timeout", "took too long");
    handle.end();
    const auto here = capture();
    here.run([&] { ++bodies; });

    if (tracing) {
      tracing->flush(0ms);
      const auto problem = tracing->last_problem();
    }
    made = default_tracer();
  }
  if (made != nullptr) dropped = made->dropped();
  return bodies;
}

// Returns how many allocations a worker's life needs.
std::size_t fail_each_allocation(const good_collector& collector, shortage how, std::size_t stride) {
  const std::string url = collector.url();
  for (std::size_t n = 0;; n += stride) {
    CAPTURE(n);
    std::uint64_t dropped = 0;
    int bodies = 0;
    bool threw = false;
    run_out_of_memory(n, how);
    try {
      bodies = run_worker(url, dropped);
    } catch (...) {
      threw = true;
    }
    const bool has_failed = memory_is_back();
    REQUIRE(!threw);
    REQUIRE(bodies == bodies_of_a_run);
    if (!has_failed) return n;
  }
}

}  // namespace

TEST_CASE("whichever allocation fails, every message is worked on, and the next run is whole again") {
  const good_collector collector{[] { exempt_this_thread(); }};
  SUBCASE("each one alone") {
    CHECK(fail_each_allocation(collector, shortage::once, 1) > 50);
  }
  SUBCASE("all from then on") {
    CHECK(fail_each_allocation(collector, shortage::from_then_on, 3) > 50);
  }

  const std::size_t before = collector.count("inner");
  std::uint64_t dropped = 0;
  CHECK(run_worker(collector.url(), dropped) == bodies_of_a_run);
  CHECK(dropped == 0);
  CHECK(collector.count("inner") == before + 1);
  CHECK(!collector.has("not OTLP"));
}

TEST_CASE("what is lost for want of memory is counted") {
  const good_collector collector{[] { exempt_this_thread(); }};
  const std::string url = collector.url();
  std::uint64_t dropped = 0;
  run_worker(url, dropped);
  const std::size_t whole = collector.names().size();
  std::size_t arrived = whole;
  for (std::size_t n = 0;; n += 7) {
    CAPTURE(n);
    dropped = 0;
    run_out_of_memory(n, shortage::from_then_on);
    run_worker(url, dropped);
    const bool has_failed = memory_is_back();
    const std::size_t now = collector.names().size();
    // A session that could not be started has said so, and then there is nobody to count.
    if (now != arrived || dropped != 0) CHECK(now - arrived + dropped >= whole);
    arrived = now;
    if (!has_failed) break;
  }
}
