// A span of ours in OpenTelemetry's context, and what travels with it there.
#pragma once

#include <waybill/bridges/opentelemetry/opentelemetry_api.hpp>
#include <waybill/context/trace_context.hpp>

#include <atomic>
#include <utility>

namespace waybill::inline v0::opentelemetry_bridge {

// Stands for a span where OpenTelemetry looks for the current one: passes everything on to it. Until it is left; then it is
// what was current before, for a scope that ends on another thread cannot be taken off the first one's stack.
//
// It also keeps the text of the context it was made from: what OpenTelemetry makes of baggage and tracestate when it writes
// them again is not what came in.
class attached_span final : public api::trace::Span {
 public:
  using span_pointer = api::nostd::shared_ptr<api::trace::Span>;
  using baggage_pointer = api::nostd::shared_ptr<api::baggage::Baggage>;

  attached_span(const trace_context& context, span_pointer span, span_pointer before,
                baggage_pointer baggage) noexcept
      : context_(context),
        span_(std::move(span)),
        before_(std::move(before)),
        baggage_(std::move(baggage)),
        state_(span_->GetContext().trace_state()) {}

  const trace_context& context() const noexcept { return context_; }
  const api::baggage::Baggage* baggage() const noexcept { return baggage_.get(); }
  const api::trace::TraceState* state() const noexcept { return state_.get(); }
  bool left() const noexcept { return left_.load(std::memory_order_acquire); }
  void leave() noexcept { left_.store(true, std::memory_order_release); }

  void SetAttribute(api::nostd::string_view key, const api::common::AttributeValue& value) noexcept override {
    span().SetAttribute(key, value);
  }
  void AddEvent(api::nostd::string_view name) noexcept override { span().AddEvent(name); }
  void AddEvent(api::nostd::string_view name, api::common::SystemTimestamp when) noexcept override {
    span().AddEvent(name, when);
  }
  void AddEvent(api::nostd::string_view name, api::common::SystemTimestamp when,
                const api::common::KeyValueIterable& attributes) noexcept override {
    span().AddEvent(name, when, attributes);
  }
  void AddEvent(api::nostd::string_view name,
                const api::common::KeyValueIterable& attributes) noexcept override {
    span().AddEvent(name, attributes);
  }
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  void AddLink(const api::trace::SpanContext& target,
               const api::common::KeyValueIterable& attributes) noexcept override {
    span().AddLink(target, attributes);
  }
  void AddLinks(const api::trace::SpanContextKeyValueIterable& links) noexcept override {
    span().AddLinks(links);
  }
#endif
  void SetStatus(api::trace::StatusCode code, api::nostd::string_view description) noexcept override {
    span().SetStatus(code, description);
  }
  void UpdateName(api::nostd::string_view name) noexcept override {
    span().UpdateName(name);
  }
  void End(const api::trace::EndSpanOptions& options) noexcept override {
    span().End(options);
  }
  api::trace::SpanContext GetContext() const noexcept override {
    return span().GetContext();
  }
  bool IsRecording() const noexcept override {
    return span().IsRecording();
  }

 private:
  api::trace::Span& span() const noexcept {
    return left() ? *before_ : *span_;
  }

  trace_context context_;
  span_pointer span_;
  span_pointer before_;
  baggage_pointer baggage_;
  api::nostd::shared_ptr<api::trace::TraceState> state_;
  std::atomic<bool> left_{false};
};

}  // namespace waybill::inline v0::opentelemetry_bridge
