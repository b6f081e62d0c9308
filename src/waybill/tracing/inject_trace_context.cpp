#include <waybill/tracing/inject_trace_context.hpp>

#include <waybill/carrier/map_carrier.hpp>
#include <waybill/propagation/outgoing_message.hpp>
#include <waybill/tracing/ambient.hpp>
#include <waybill/tracing/decided_sampling.hpp>
#include <waybill/tracing/process_propagator.hpp>

#include <optional>
#include <utility>

namespace waybill::inline v0 {

namespace {

// The current context, with its sampling decided.
std::optional<trace_context> context_to_inject() noexcept {
  auto around = find_ambient();
  if (!around.context) return std::nullopt;
  span_ids ids = around.context->ids();
  if (ids.decision != sampling_decision::deferred) return std::move(around.context);
  ids.decision = decided_sampling(*around.context);
  return around.context->with_ids(ids);
}

}  // namespace

injection inject_current(function_ref<header_set(const outgoing_headers&)> write) noexcept {
  const auto context = context_to_inject();
  if (!context) return {.no_span = true};
  const injection_options options{.formats = process_propagator()};
  outgoing_message message{*context, options};
  if (message.outcome().no_span) return message.outcome();
  return message.deliver(write);
}

metadata inject_trace_context() {
  metadata headers;
  inject_trace_context(headers);
  return headers;
}

}  // namespace waybill::inline v0
