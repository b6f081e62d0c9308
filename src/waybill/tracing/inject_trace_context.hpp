// Puts the current trace beside a message: into any carrier, or as a map of its own.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/carrier/carrier.hpp>
#include <waybill/carrier/metadata.hpp>
#include <waybill/propagation/injection.hpp>

namespace waybill::inline v0 {

// Formats the current context, its sampling decided, since traceparent cannot leave it open, and hands it to write, which
// returns what it failed to write. Outside any trace write is not called.
injection inject_current(function_ref<header_set(const outgoing_headers&)> write) noexcept;

// Writes the current trace's headers (traceparent, tracestate, sentry-trace, baggage, waybill) and leaves everything else
// in the carrier as it is. Outside any trace nothing is written and nothing removed. Never throws, never blocks.
template <writable_carrier C>
injection inject_trace_context(C& carrier) noexcept {
  return inject_current(
      [&carrier](const outgoing_headers& headers) { return write_headers(carrier, headers); });
}

// The headers as a small map, to be spread beside the metadata that is sent anyway. No active trace: an empty map.
metadata inject_trace_context();

}  // namespace waybill::inline v0
