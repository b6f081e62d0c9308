#include "../fakes/frozen_clock.hpp"
#include "../fakes/test_tracer.hpp"

#include <waybill/base/rate_cap.hpp>
#include <waybill/carrier/metadata.hpp>
#include <waybill/tracing/extract_trace_context.hpp>
#include <waybill/tracing/read_message.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace waybill;
using namespace waybill::fakes;

namespace {

const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";

metadata from_stranger(const std::string& flags = "01") {
  return {{"traceparent", "00-" + trace + "-00f067aa0ba902b7-" + flags}};
}

}  // namespace

TEST_CASE("a cap lets a second's worth through at once, and then as many as time brings") {
  constexpr std::int64_t millisecond = 1'000'000;
  rate_cap cap{10};
  const auto let_through = [&](steady_nanos now) {
    int count = 0;
    while (cap.let_through(now)) ++count;
    return count;
  };
  CHECK(let_through(0) == 10);
  CHECK(let_through(99 * millisecond) == 0);
  CHECK(let_through(100 * millisecond) == 1);
  CHECK(let_through(450 * millisecond) == 3);
  CHECK(let_through(3'600'000 * millisecond) == 10);
  CHECK_FALSE(rate_cap{0}.let_through(0));
  CHECK(rate_cap{4'000'000'000}.let_through(0));
}

TEST_CASE("threads together get no more through a cap than one would") {
  rate_cap cap{1000};
  std::atomic<int> count{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) count += cap.let_through(1) ? 1 : 0;
    });
  }
  for (auto& one : threads) one.join();
  CHECK(count == 1000);
}

TEST_CASE("over the cap a sender's trace goes on, unrecorded, and its task says so") {
  frozen_clock clock;
  test_tracer tracer{{.max_forced_sampling = 2}};
  std::vector<std::string> passed_on;
  const auto work = [&] {
    with_task_logging(from_stranger(), {.kind = "a", .action = "b"}, [&] {
      const auto inner = start_span("inner");
      passed_on.push_back(inject_trace_context().at("traceparent"));
    });
  };
  for (int i = 0; i < 3; ++i) work();
  CHECK(tracer->spans().size() == 4);
  REQUIRE(passed_on.size() == 3);
  for (const auto& one : passed_on) CHECK(one.substr(3, 32) == trace);
  CHECK(passed_on[1].ends_with("-01"));
  CHECK(passed_on[2].ends_with("-00"));
  CHECK(tracer.get().sampling_capped() == 1);
  std::size_t told = 0;
  for (const auto* const log : tracer->logs()) {
    if (!find_attribute(log->attributes, "waybill.sampling_capped").is_absent()) ++told;
  }
  CHECK(told == 2);  // the third task's start and end
  frozen_clock::advance(1'000'000'000);
  tracer->clear();
  work();
  CHECK(tracer->spans().size() == 2);
}

TEST_CASE(
    "the cap is for a stranger's yes alone: not for traces of this process, nor for what senders left out or "
    "refused") {
  frozen_clock clock;
  test_tracer tracer{{.max_forced_sampling = 0}};
  {
    const auto here = start_span("begins here");
    const auto inner = start_span("inside");
  }
  CHECK(tracer->spans().size() == 2);
  with_task_logging(metadata{}, {.kind = "no", .action = "sender"}, [] {});
  CHECK(tracer->span_named("task:no/sender") != nullptr);
  with_task_logging(from_stranger(), {.kind = "only", .action = "linked"}, [] {},
                    {.relation = {.always = relation::link}});
  CHECK(tracer->span_named("task:only/linked") != nullptr);
  with_task_logging(metadata{{"sentry-trace", trace + "-00f067aa0ba902b7"}},
                    {.kind = "left", .action = "open"}, [] {});
  CHECK(tracer->span_named("task:left/open") != nullptr);
  with_task_logging(from_stranger("00"), {.kind = "refused", .action = "too"}, [] {});
  CHECK(tracer.get().sampling_capped() == 0);
}

TEST_CASE("messages whose formats do not agree are counted") {
  const auto before = disagreements_read();
  auto sent = from_stranger();
  extract_trace_context(sent, [] {});
  sent["sentry-trace"] = trace + "-00f067aa0ba902b7-1";
  extract_trace_context(sent, [] {});
  CHECK(disagreements_read() == before);
  sent["sentry-trace"] = "d7d4260b0d9e4262b4732349ac3e2bd9-00f067aa0ba902b7-1";
  extract_trace_context(sent, [] {});
  CHECK(disagreements_read() == before + 1);
}
