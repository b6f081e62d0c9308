#include <waybill/tracing/inject_trace_context.hpp>

#include <waybill/tracing/ambient.hpp>
#include <waybill/tracing/tracer.hpp>

namespace waybill::inline v0 {

std::optional<trace_context> context_to_inject() noexcept {
  auto around = find_ambient();
  if (!around.context) return std::nullopt;
  span_ids ids = around.context->ids();
  if (ids.decision != sampling_decision::deferred) return std::move(around.context);
  const tracer* const made_by = default_tracer();
  if (made_by == nullptr) return std::move(around.context);
  ids.decision = made_by->sampling().decide(ids.trace, ids.decision);
  return around.context->with_ids(ids);
}

metadata inject_trace_context() {
  metadata headers;
  inject_trace_context(headers);
  return headers;
}

}  // namespace waybill::inline v0
