// A trace context from text that another SDK handed over, checked as if it had come in a message.
#pragma once

#include <waybill/context/trace_context.hpp>

#include <string_view>

namespace waybill::inline v0 {

// A tracestate that breaks its grammar is dropped whole, a member of baggage alone: what a context holds, inject writes
// without looking again.
trace_context checked_context(const span_ids& ids, std::string_view tracestate,
                              std::string_view baggage) noexcept;

}  // namespace waybill::inline v0
