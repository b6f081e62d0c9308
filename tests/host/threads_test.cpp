#include "../fakes/message.hpp"
#include "../fakes/test_tracer.hpp"
#include "collectors.hpp"

#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>
#include <malloc.h>
#include <pthread.h>

#include <atomic>
#include <coroutine>
#include <deque>
#include <thread>

using namespace waybill;
using namespace waybill::fakes;
using namespace std::chrono_literals;

namespace {

constexpr task_name deploy{.kind = "deployment", .action = "deploy"};

attribute_value outcome(const test_tracer& tracer) {
  const auto* const event = tracer->event_named("waybill.task");
  REQUIRE(event != nullptr);
  return find_attribute(event->attributes, "waybill.outcome");
}

// Runs body on a thread that is cancelled before body begins; the first cancellation point ends it. False if none did.
template <class Fn>
bool is_cancelled_in(Fn body) {
  struct run {
    Fn body;
    std::atomic<bool> cancelled{false};
  } now{std::move(body)};
  pthread_t thread{};
  const auto main_of_thread = [](void* it) -> void* {
    auto& self = *static_cast<run*>(it);
    while (!self.cancelled) std::this_thread::yield();
    self.body();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, nullptr, main_of_thread, &now) == 0);
  pthread_cancel(thread);
  now.cancelled = true;
  void* ended = nullptr;
  pthread_join(thread, &ended);
  return ended == PTHREAD_CANCELED;
}

// A coroutine that whoever holds its handle resumes.
struct walker {
  struct promise_type {
    walker get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

}  // namespace

TEST_CASE("a thread that is cancelled inside a task ends alone, and its task is told as cancelled") {
  test_tracer tracer;
  CHECK(is_cancelled_in([] {
    with_task_logging(message{}, deploy, [] {
      auto span = start_span("inner");
      pthread_testcancel();
    });
  }));
  CHECK(outcome(tracer).as_text() == "cancelled");
  CHECK(tracer->span_named("inner") != nullptr);
}

TEST_CASE("a cancellation that is pending waits while waybill works, and reaches the task's body") {
  test_tracer tracer;
  struct slow_message {
    const metadata& additional_metadata() const {
      pthread_testcancel();  // as a queue's client may that reads from a socket here
      return headers;
    }
    metadata headers;
  };
  const slow_message received{{{"organizationId", "org_1"}}};
  bool body = false;
  CHECK(is_cancelled_in([&] {
    { auto first = start_span("the thread's first"); }  // seeds are drawn from the system for its id
    with_task_logging(received, deploy, [&](task& running) {
      body = true;
      running.event.set("deploymentId", "dep_1");
      metadata headers;
      inject_trace_context(headers);
      pthread_testcancel();
      FAIL("not cancelled");
    });
  }));
  CHECK(body);
  CHECK(outcome(tracer).as_text() == "cancelled");
}

TEST_CASE(
    "a cancellation that is pending does not end the process in flush, nor where it is told what came too "
    "late") {
  const waybill_tests::good_collector collector;
  auto tracing = start({.service_name = "cancelled", .export_to = collector.url()});
  REQUIRE(tracing);
  CHECK(is_cancelled_in([&] {
    auto running = start_task(message{}, deploy);
    running.end();
    running->event.set("late", 1);  // told on stderr
    tracing->flush(10s);
    pthread_testcancel();
  }));
  CHECK(collector.has("waybill.task"));
}

TEST_CASE(
    "spans ended on another thread and in the wrong order are all exported, and nothing stays current") {
  test_tracer tracer;
  auto* const first = new active_span{start_detached_span("first")};
  auto* const second = new active_span{start_detached_span("second")};
  auto* const third = new active_span{start_detached_span("third")};
  std::thread{[&] { delete second; }}.join();
  CHECK(current_ids()->span == third->context()->ids().span);
  delete first;
  CHECK(current_ids()->span == third->context()->ids().span);
  delete third;
  CHECK(!current_ids());
  CHECK(tracer->spans().size() == 3);
  CHECK(tracer->span_named("third")->parent == tracer->span_named("second")->span);
}

TEST_CASE("a thread that ends with open spans leaves them to whoever ends them") {
  test_tracer tracer;
  active_span* left = nullptr;
  std::thread{[&] { left = new active_span{start_detached_span("left")}; }}.join();
  std::thread{[&] { delete left; }}.join();
  CHECK(tracer->span_named("left") != nullptr);
  CHECK(tracer.get().dropped() == 0);
}

TEST_CASE("a span in a coroutine that is resumed on another thread hurts nobody there") {
  test_tracer tracer;
  bool resumed_inside_other = false;
  const auto work = [&]() -> walker {
    auto span = start_span("across a co_await");  // a mistake: resume_in is for this
    co_await std::suspend_always{};
    auto inner = start_span("after it");
    resumed_inside_other = current_ids()->span == inner.context()->ids().span;
  };
  const walker going = work();
  std::thread{[&] {
    auto here = start_span("the other thread's");
    going.handle.resume();
    CHECK(current_ids()->span == here.context()->ids().span);
  }}.join();
  going.handle.destroy();
  CHECK(resumed_inside_other);
  CHECK(!current_ids());
  CHECK(tracer->spans().size() == 3);
  CHECK(tracer->span_named("after it")->parent == tracer->span_named("the other thread's")->span);
}

TEST_CASE("a task of a coroutine that is resumed here and there with resume_in keeps its trace") {
  test_tracer tracer;
  auto running = start_task(message{}, deploy);
  const auto work = [&]() -> walker {
    for (const char* const step : {"one", "two", "three"}) {
      { auto span = start_span(step); }
      co_await std::suspend_always{};
    }
  };
  std::optional<walker> going;
  resume_in(running, [&] { going = work(); });
  for (int i = 0; i < 2; ++i) {
    std::thread{[&] { resume_in(running, [&] { going->handle.resume(); }); }}.join();
  }
  going->handle.destroy();
  running.end();
  const auto* const task_span = tracer->span_named("task:deployment/deploy");
  for (const char* const step : {"one", "two", "three"})
    CHECK(tracer->span_named(step)->parent == task_span->span);
}

TEST_CASE("headers may be injected into the very message one is inside of, in any spelling") {
  test_tracer tracer;
  std::map<std::string, std::string> headers;
  {
    auto sender = start_span("sender");
    inject_trace_context(headers);
  }
  headers["BAGGAGE"] = "tenant=acme," + std::string(500, 'b') + "=1";
  headers["TraceState"] = "vendor=abc";
  headers["TRACEPARENT"] = headers.extract("traceparent").mapped();
  extract_trace_context(headers, [&] {
    auto inside = start_span("inside");
    inject_trace_context(headers);
    CHECK(headers.at("traceparent").find(inside.context()->ids().span->to_hex()) != std::string::npos);
    CHECK(headers.at("baggage").starts_with("tenant=acme,"));
    CHECK(headers.at("tracestate") == "vendor=abc");
  });
  CHECK(!headers.contains("TRACEPARENT"));
  CHECK(tracer->span_named("inside")->trace == tracer->span_named("sender")->trace);
}

TEST_CASE("when no place for records is left, the trace still travels and what is missing is counted") {
  test_tracer tracer{{.records_in_flight = 4}};
  std::vector<detached_span> holding;
  for (int i = 0; i < 4; ++i) holding.push_back(start_detached_span("holding"));
  metadata sent;
  bool ran = false;
  with_task_logging(message{}, deploy, [&](task& running) {
    ran = true;
    running.event.set("deploymentId", "dep_1");
    auto span = start_span("inner");
    CHECK(!span.recording());
    inject_trace_context(sent);
    CHECK(sent.at("traceparent").find(span.context()->ids().span->to_hex()) != std::string::npos);
  });
  CHECK(ran);
  CHECK(tracer.get().dropped() == 4);  // the task's start, span and event, and the span inside
  holding.clear();
  tracer->clear();
  { auto span = start_span("there is room again"); }
  CHECK(tracer->span_named("there is room again") != nullptr);
}

TEST_CASE("an exception through the frames of a C library leaves spans ended and nothing current") {
  test_tracer tracer;
  int numbers[] = {3, 1, 2};
  const auto compare = [](const void*, const void*) -> int {
    auto span = start_span("in a callback of C");
    throw std::runtime_error{"no order"};
  };
  CHECK_THROWS_AS(with_task_logging(message{}, deploy, [&] { std::qsort(numbers, 3, sizeof(int), compare); }),
                  std::runtime_error);
  CHECK(tracer->span_named("in a callback of C")->status == status_code::error);
  CHECK(outcome(tracer).as_text() == "error");
  CHECK(!current_ids());
}

TEST_CASE("ten thousand short threads: every record leaves or is counted, and memory stays where it was") {
  const waybill_tests::good_collector collector;
  auto tracing = start({.service_name = "short", .export_to = collector.url()});
  REQUIRE(tracing);
  const auto run = [](int threads) {
    for (int i = 0; i < threads; i += 10) {
      std::thread batch[10];
      for (auto& one : batch) {
        one = std::thread{
            [] { with_task_logging(message{}, deploy, [] { auto span = start_span("short"); }); }};
      }
      for (auto& one : batch) one.join();
    }
  };
  run(1'000);
  REQUIRE(tracing->flush(30s));
  const std::size_t names_before = collector.names().size();
  const auto dropped_before = tracing->dropped();
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const std::size_t before = mallinfo2().uordblks;
#endif
  run(10'000);
  REQUIRE(tracing->flush(30s));
  const std::size_t recorded = 4 * 10'000;  // a start, an event and two spans each
  const std::size_t arrived = collector.names().size() - names_before;
  CHECK(arrived + (tracing->dropped() - dropped_before) == recorded);
  CHECK(arrived > 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const std::size_t names = arrived * 2 * 64;  // what the collector of this test remembers
  CHECK(mallinfo2().uordblks < before + names + (std::size_t{6} << 20));
#endif
}
