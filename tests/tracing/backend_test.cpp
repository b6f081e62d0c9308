#include "../fakes/test_tracer.hpp"

#include <waybill/tracing/active_span.hpp>
#include <waybill/tracing/run_in.hpp>
#include <waybill/tracing/tracing_backend.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::fakes;

namespace {

// Another SDK, as small as one can be: a stack of contexts.
class other_sdk : public tracing_backend {
 public:
  other_sdk() { register_backend(this); }
  ~other_sdk() override { register_backend(nullptr); }

  std::optional<trace_context> current() noexcept override {
    return stack_.empty() ? std::nullopt : std::optional{stack_.back()};
  }
  void run_under(const trace_context& context, function_ref<void()> body) override {
    stack_.push_back(context);
    const struct pop {
      std::vector<trace_context>& stack;
      ~pop() { stack.pop_back(); }
    } at_end{stack_};
    body();
  }
  trace_context push_span() {
    span_ids ids = stack_.empty() ? span_ids{.trace = trace_id::make()} : stack_.back().ids();
    ids.span = span_id::make();
    ids.decision = sampling_decision::sampled;
    stack_.push_back(trace_context{ids});
    return stack_.back();
  }
  void pop_span() { stack_.pop_back(); }

 private:
  std::vector<trace_context> stack_;
};

}  // namespace

TEST_CASE("with another SDK registered, a span is a child of the SDK's current span") {
  test_tracer tracer;
  other_sdk sdk;
  const auto theirs = sdk.push_span();
  { auto ours = start_span("ours"); }
  sdk.pop_span();
  CHECK(tracer->span_named("ours")->parent == theirs.ids().span);
  CHECK(tracer->span_named("ours")->trace == theirs.ids().trace);
}

TEST_CASE("spans nest through both: SDK in ours, ours in the SDK's, ours in ours") {
  test_tracer tracer;
  other_sdk sdk;
  auto outer = start_span("outer");
  run_in(*outer.context(), [&] {
    CHECK(sdk.current()->ids() == outer.context()->ids());  // the SDK continues from ours
    const auto theirs = sdk.push_span();
    {
      auto middle = start_span("middle");
      { auto inner = start_span("inner"); }
      CHECK(tracer->span_named("inner")->parent == middle.context()->ids().span);
    }
    CHECK(tracer->span_named("middle")->parent == theirs.ids().span);
    sdk.pop_span();
    { auto after = start_span("after"); }
    CHECK(tracer->span_named("after")->parent == outer.context()->ids().span);
  });
}

TEST_CASE("run_in through another SDK returns values and references, and lets exceptions pass") {
  other_sdk sdk;
  const trace_context context{{.trace = trace_id::make(), .span = span_id::make()}};
  int number = 1;
  CHECK(run_in(context, [] { return std::make_unique<int>(3); }) != nullptr);
  CHECK(&run_in(context, [&]() -> int& { return number; }) == &number);
  CHECK_THROWS_AS(run_in(context, []() -> int { throw 7; }), int);
  CHECK(!sdk.current());
}
