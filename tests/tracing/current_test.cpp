#include "../fakes/test_tracer.hpp"

#include <waybill/context/context_node.hpp>
#include <waybill/tracing/active_span.hpp>
#include <waybill/tracing/run_in.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace waybill;
using namespace waybill::fakes;

namespace {
trace_context some_context() {
  return trace_context{{.trace = trace_id::make(), .span = span_id::make()}};
}
}  // namespace

TEST_CASE("contexts left in the wrong order leave the right one current") {
  const auto first = some_context();
  const auto second = some_context();
  context_node* const a = enter_context(first, 0, {});
  context_node* const b = enter_context(second, 0, {});
  leave_context(a);
  CHECK(current()->context.ids() == second.ids());
  leave_context(b);
  CHECK(current() == nullptr);
}

TEST_CASE("a context left on another thread is dropped when its own thread next looks") {
  context_node* const node = enter_context(some_context(), 0, {});
  std::thread{[&] { leave_context(node); }}.join();
  CHECK(current() == nullptr);
}

TEST_CASE("a context outlives its thread until somebody leaves it") {
  context_node* node = nullptr;
  std::thread{[&] { node = enter_context(some_context(), 0, {}); }}.join();
  CHECK(current() == nullptr);
  leave_context(node);  // ASan sees it if this is too late or never
}

TEST_CASE("another thread sees nothing of this thread's context unless it is bound") {
  test_tracer tracer;
  auto span = start_span("here");
  const auto here = *current_ids();
  std::thread{[&] { CHECK(!current_ids()); }}.join();
  std::thread{bind([&] { CHECK(current_ids() == here); })}.join();
  const auto captured = capture();
  std::thread{[&] { captured.run([&] { auto child = start_span("there"); }); }}.join();
  REQUIRE(tracer->span_named("there") != nullptr);
  CHECK(tracer->span_named("there")->parent == here.span);
}

TEST_CASE("run_in returns values, references, move-only and immovable results") {
  const auto context = some_context();
  int number = 1;
  CHECK(run_in(context, [] { return 7; }) == 7);
  CHECK(&run_in(context, [&]() -> int& { return number; }) == &number);
  CHECK(*run_in(context, [] { return std::make_unique<int>(3); }) == 3);
  struct immovable {
    explicit immovable(int v) : value(v) {}
    immovable(const immovable&) = delete;
    int value;
  };
  CHECK(run_in(context, [] { return immovable{5}; }).value == 5);
}

TEST_CASE("ten thousand short threads leave no more memory behind than one") {
  test_tracer tracer;
  for (int i = 0; i < 10'000; ++i) {
    std::thread{[] { auto span = start_span("short"); }}.join();
    if (i % 1000 == 0) tracer->clear();
  }
  CHECK(tracer.get().dropped() == 0);
}
