// Runs a callable inside the trace that a message belongs to.
#pragma once

#include <waybill/propagation/extract.hpp>
#include <waybill/tracing/process_propagator.hpp>
#include <waybill/tracing/run_in.hpp>

#include <utility>

namespace waybill::inline v0 {

// Runs fn inside the sender's trace and returns what fn returns; spans started in it are children of the sender's span.
// Without usable headers: in a trace of its own, which has an id but no span until one is started. Never fails for the
// headers' sake; fn's exceptions pass through.
template <carrier_reader C, class Fn>
decltype(auto) extract_trace_context(const C& carrier, Fn&& fn) {
  return run_in(extract(carrier, process_propagator()).to_context(), std::forward<Fn>(fn));
}

}  // namespace waybill::inline v0
