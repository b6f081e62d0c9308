// opentelemetry-cpp under waybill's functions: its current span is waybill's current and the other way round, and tasks and
// spans of waybill are spans of its tracer provider.
//
//   waybill::opentelemetry_backend backend;
//   waybill::register_backend(&backend);
//
// Header-only: it compiles where the API's headers are, against the ABI version that they have, and links nothing. Works with
// any RuntimeContextStorage and any TracerProvider, also one that is set later.
#pragma once

#include <waybill/bridges/opentelemetry/context_conversion.hpp>
#include <waybill/bridges/opentelemetry/opentelemetry_span.hpp>
#include <waybill/tracing/live_spans.hpp>
#include <waybill/tracing/tracing_backend.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

namespace waybill::inline v0 {

class opentelemetry_backend final : public tracing_backend {
 public:
  std::optional<trace_context> current() noexcept override {
    std::optional<trace_context> found;
    contained([&] {
      found = opentelemetry_bridge::to_trace_context(::opentelemetry::context::RuntimeContext::GetCurrent());
    });
    return found;
  }

  // A context without a span, as of a message without headers, has no span that could be a parent: spans that OpenTelemetry
  // starts in body are then roots, whatever was current around it.
  void run_under(const trace_context& context, function_ref<void()> body) override {
    const scope entered{context, alive_};
    body();
  }

  std::unique_ptr<backend_span> start_span(std::string_view name,
                                           const span_options& options) noexcept override {
    std::unique_ptr<backend_span> started;
    contained([&] { started = opentelemetry_bridge::start_span(name, options, alive_); });
    return started;
  }

  bool takes_past_spans() const noexcept override { return true; }

  std::unique_ptr<backend_scope> enter(const trace_context& context) noexcept override {
    std::unique_ptr<backend_scope> entered;
    contained([&] { entered = std::make_unique<scope>(context, alive_); });
    return entered;
  }

 private:
  using span_pointer = opentelemetry_bridge::span_pointer;

  // Without memory, nothing is entered.
  class scope final : public backend_scope {
   public:
    scope(const trace_context& context, const live_spans<span_pointer>& alive) noexcept {
      contained([&] {
        using runtime = ::opentelemetry::context::RuntimeContext;
        entered_ = opentelemetry_bridge::with_attached(
            runtime::GetCurrent(), context, alive.find(context.ids()).value_or(span_pointer{}), &attached_);
        token_ = runtime::Attach(entered_);
      });
    }
    ~scope() override {
      // A token that is destroyed on another thread detaches nothing there, and nothing here any more.
      if (attached_ != nullptr && std::this_thread::get_id() != thread_) attached_->leave();
    }

   private:
    std::thread::id thread_ = std::this_thread::get_id();
    ::opentelemetry::context::Context entered_;  // keeps attached_
    opentelemetry_bridge::attached_span* attached_ = nullptr;
    ::opentelemetry::nostd::unique_ptr<::opentelemetry::context::Token> token_;
  };

  live_spans<span_pointer> alive_;
};

}  // namespace waybill::inline v0
