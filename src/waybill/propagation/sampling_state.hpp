// What a trace's text says about sampling: the random number to decide by, and the threshold that another sampler has left.
//
// OpenTelemetry keeps both in tracestate, as ot=th:<threshold>;rv:<randomness> (tracestate probability sampling); Sentry
// keeps its number in baggage. A hop that only carries the text leaves it as it is.
#pragma once

#include <waybill/context/trace_context.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill::inline v0 {

// The number to decide by where the sender has left the decision open: Sentry's sample_rand, else rv, else the trace id.
std::uint64_t randomness_of(const trace_context& context) noexcept;

// Whether a span with this decision may pass on tracestate as it is: not where its th contradicts the decision (§ "Consistency"),
// or would say with which probability a span was kept that was not kept.
bool threshold_holds(std::string_view tracestate, const trace_id& trace, sampling_decision decision) noexcept;

// tracestate without th; the rest of its member stays and moves to the left, as what was changed has to. out has room for
// tracestate.size() + 1. Returns the bytes written.
std::size_t erase_threshold(std::string_view tracestate, char* out) noexcept;

}  // namespace waybill::inline v0
