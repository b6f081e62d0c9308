// Two SDKs in one process: both know what is current, one of them makes the spans.
//
//   waybill::combined_backend both{opentelemetry, sentry};
//   waybill::register_backend(&both);
#pragma once

#include <waybill/tracing/tracing_backend.hpp>

namespace waybill::inline v0 {

// Tasks and spans of waybill are the first one's; the second's where the first cannot start any. Each is told of what becomes
// current, so that spans which the application starts with either are in the same trace. Both must outlive this.
class combined_backend final : public tracing_backend {
 public:
  combined_backend(tracing_backend& first, tracing_backend& second) noexcept
      : first_(first), second_(second) {}

  // The one in which the application has started a span since both were told the same; the first's when it has in both.
  std::optional<trace_context> current() noexcept override;
  void run_under(const trace_context& context, function_ref<void()> body) override;
  std::unique_ptr<backend_span> start_span(std::string_view name,
                                           const span_options& options) noexcept override;
  bool takes_past_spans() const noexcept override { return first_.takes_past_spans(); }
  std::unique_ptr<backend_scope> enter(const trace_context& context) noexcept override;

 private:
  tracing_backend& first_;
  tracing_backend& second_;
};

}  // namespace waybill::inline v0
