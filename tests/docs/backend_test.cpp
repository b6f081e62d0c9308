// docs/other-sdks.md shows this backend as it stands here.
#include "../fakes/test_tracer.hpp"
#include "other_sdk.hpp"

#include <waybill/propagation/checked_context.hpp>
#include <waybill/tracing/tracing_backend.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

namespace {

class other_sdk_backend : public waybill::tracing_backend {
 public:
  std::optional<waybill::trace_context> current() noexcept override {
    const auto& theirs = other_sdk::current_span;
    if (!theirs) return std::nullopt;
    const auto trace = waybill::trace_id::from_hex(theirs->trace_id);
    const auto span = waybill::span_id::from_hex(theirs->span_id);
    if (!trace || !span) return std::nullopt;
    const auto decision =
        theirs->sampled ? waybill::sampling_decision::sampled : waybill::sampling_decision::not_sampled;
    return waybill::checked_context({.trace = *trace, .span = span, .decision = decision}, theirs->tracestate,
                                    theirs->baggage);
  }

  void run_under(const waybill::trace_context& context, waybill::function_ref<void()> body) override {
    const auto& ids = context.ids();
    if (!ids.span) return body();  // a trace that has no span yet: nothing to be a child of
    const other_sdk::scope scope{{.trace_id = ids.trace.to_hex(),
                                  .span_id = ids.span->to_hex(),
                                  .sampled = ids.decision == waybill::sampling_decision::sampled,
                                  .tracestate = std::string{context.tracestate()},
                                  .baggage = std::string{context.baggage()}}};
    body();
  }
};

const other_sdk::span_context theirs{.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736",
                                     .span_id = "00f067aa0ba902b7",
                                     .tracestate = "vendor=1",
                                     .baggage = "region=eu"};

struct unregister_at_end {
  ~unregister_at_end() { waybill::register_backend(nullptr); }
};

}  // namespace

TEST_CASE("what the other SDK says is current is what inject writes and what spans are children of") {
  const waybill::fakes::test_tracer tracer;
  other_sdk_backend backend;
  waybill::register_backend(&backend);
  const unregister_at_end registration;
  const other_sdk::scope scope{theirs};
  const auto headers = waybill::inject_trace_context();
  CHECK(headers.at("traceparent") == "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  CHECK(headers.at("tracestate") == "vendor=1");
  CHECK(headers.at("baggage") == "region=eu");
  { auto ours = waybill::start_span("ours"); }
  CHECK(tracer->span_named("ours")->parent == waybill::span_id::from_hex("00f067aa0ba902b7"));
}

TEST_CASE("inside a task the other SDK's current span is the task's") {
  const waybill::fakes::test_tracer tracer;
  other_sdk_backend backend;
  waybill::register_backend(&backend);
  const unregister_at_end registration;
  waybill::metadata headers;
  {
    const other_sdk::scope scope{theirs};
    waybill::inject_trace_context(headers);
  }
  std::string seen_trace;
  std::string seen_span;
  waybill::with_task_logging(headers, "deployment", "deploy", [&] {
    seen_trace = other_sdk::current_span->trace_id;
    seen_span = other_sdk::current_span->span_id;
  });
  const auto task = tracer->span_named("task:deployment/deploy");
  CHECK(seen_trace == theirs.trace_id);
  CHECK(seen_span == task->span.to_hex());
  CHECK(task->parent == waybill::span_id::from_hex(theirs.span_id));
  CHECK(!other_sdk::current_span);
}
