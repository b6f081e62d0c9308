// Puts the current trace beside a message: into any carrier, or as a map of its own.
#pragma once

#include <waybill/carrier/map_carrier.hpp>
#include <waybill/context/trace_context.hpp>
#include <waybill/propagation/inject.hpp>
#include <waybill/tracing/process_propagator.hpp>

#include <optional>
#include <type_traits>

namespace waybill::inline v0 {

// What inject_trace_context writes: the current context with its sampling decided, since traceparent cannot leave it open.
// Empty outside any trace.
std::optional<trace_context> context_to_inject() noexcept;

// Writes the current trace's headers (traceparent, tracestate, sentry-trace, baggage, waybill) and leaves everything else
// in the carrier as it is. Outside any trace nothing is written and nothing removed. Never throws, never blocks.
template <carrier C>
requires(!std::is_const_v<C>) injection inject_trace_context(C& carrier)
noexcept {
  const auto context = context_to_inject();
  if (!context) return injection{.no_span = true};
  return inject(*context, carrier, {.formats = process_propagator()});
}

// The headers as a small map, to be spread beside the metadata that is sent anyway. No active trace: an empty map.
metadata inject_trace_context();

}  // namespace waybill::inline v0
