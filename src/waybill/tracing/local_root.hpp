// What the first span of a trace in this process makes of the text that came with the trace.
#pragma once

#include <waybill/context/trace_context.hpp>

#include <string_view>

namespace waybill::inline v0 {

class tracer;

inline bool is_local_root(const trace_context* parent) noexcept {
  return parent == nullptr || parent->ids().remote || !parent->ids().span;
}

// The text of such a span's context, with a reference of the caller's own; its parent's as a rule. It changes where
// - this process reports to Sentry and nobody has described the trace to it: we do, and that is final for the whole trace;
// - the decision on sampling was taken here: sample_rate is then ours;
// - the probability in tracestate does not agree with the decision.
// name: the span's. decided_here: ids.decision is none that came with the trace.
context_text* text_of_local_root(const tracer& made_by, const span_ids& ids, const trace_context* parent,
                                 std::string_view name, bool decided_here) noexcept;

}  // namespace waybill::inline v0
