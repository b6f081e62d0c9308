#include <waybill/tracing/active_span.hpp>

#include <waybill/context/context_node.hpp>
#include <waybill/record/wait_names.hpp>
#include <waybill/tracing/ambient.hpp>
#include <waybill/tracing/tracer.hpp>
#include <waybill/tracing/tracing_backend.hpp>

#include <exception>
#include <utility>

namespace waybill::inline v0 {

active_span::active_span(detached_span started) noexcept : span_(std::move(started)) {
  enter();
}

active_span::active_span(tracer* made_by, std::string_view name, const span_options& options) noexcept
    : span_(start_detached_span(made_by, name, options)) {
  enter();
}

inline void active_span::enter() noexcept {
  if (span_.context()) {
    if (auto* const backend = registered_backend(); backend != nullptr && span_.context()->ids().span)
        [[unlikely]]
      scope_ = backend->enter(*span_.context()).release();
    node_ = enter_ambient(*span_.context(), span_.clock_offset());
  }
  exceptions_in_flight_ = std::uncaught_exceptions();
}

active_span::~active_span() {
  if (std::uncaught_exceptions() > exceptions_in_flight_ && !span_.failed())
    span_.fail("exception", "left by an exception");
  if (node_ != nullptr && node_->sent_due) span_.set(wait_names::due, *node_->sent_due);
  leave_context(node_);
  if (scope_ != nullptr) [[unlikely]]
    delete scope_;
}

active_span start_span(std::string_view name, const span_options& options) noexcept {
  return {default_tracer(), name, options};
}

active_span start_span(tracer& made_by, std::string_view name, const span_options& options) noexcept {
  return {&made_by, name, options};
}

}  // namespace waybill::inline v0
