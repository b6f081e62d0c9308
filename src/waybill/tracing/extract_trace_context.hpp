// Runs a callable inside the trace that a message belongs to.
#pragma once

#include <waybill/carrier/carrier.hpp>
#include <waybill/tracing/process_headers.hpp>
#include <waybill/tracing/run_in.hpp>

#include <utility>

namespace waybill::inline v0 {

// What the headers of a message say in the formats of this process. carrier_read: read_headers of its carrier said so.
trace_context context_from(const received_headers& headers, bool carrier_read) noexcept;

template <carrier_reader C>
trace_context context_from_carrier(const C& carrier) noexcept {
  received_headers headers{process_headers()};
  const bool read = read_headers(carrier, headers);
  return context_from(headers, read);
}

// Runs fn inside the sender's trace and returns what fn returns; spans started in it are children of the sender's span.
// Without usable headers: in a trace of its own, which has an id but no span until one is started. Never fails for the
// headers' sake; fn's exceptions pass through.
template <carrier_reader C, class Fn>
decltype(auto) extract_trace_context(const C& carrier, Fn&& fn) {
  return run_in(context_from_carrier(carrier), std::forward<Fn>(fn));
}

}  // namespace waybill::inline v0
