#include <waybill/tracing/decided_sampling.hpp>

#include <waybill/propagation/sampling_state.hpp>
#include <waybill/tracing/tracer.hpp>

namespace waybill::inline v0 {

sampling_decision decided_sampling(const trace_context& context) noexcept {
  const span_ids& ids = context.ids();
  if (ids.decision != sampling_decision::deferred) return ids.decision;
  const tracer* const made_by = default_tracer();
  return made_by != nullptr ? made_by->sampling().decide(randomness_of(context)) : ids.decision;
}

}  // namespace waybill::inline v0
