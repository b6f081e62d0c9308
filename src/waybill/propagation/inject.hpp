// Writing a context into a carrier: the low-level twin of inject_trace_context, with everything given and nothing ambient.
#pragma once

#include <waybill/carrier/carrier.hpp>
#include <waybill/context/trace_context.hpp>
#include <waybill/propagation/injection.hpp>
#include <waybill/propagation/injection_options.hpp>
#include <waybill/propagation/outgoing_message.hpp>

namespace waybill::inline v0 {

// Writes traceparent, tracestate, sentry-trace, baggage and waybill, all from the same span. Every header of the formats in
// options is replaced: other spellings and duplicates go, and so does an old value where the context has none (another
// message's baggage must not ride along). Only baggage in a carrier without any other header of ours stays, and ours goes
// behind it: the caller has put it there. An empty value is never written. A context without a span writes nothing and
// changes nothing: it has no span that could be anybody's parent.
//
// Decide on sampling before you inject: a decision that is still deferred is left open in sentry-trace, but traceparent
// cannot say that, and gets "not sampled".
//
// Never throws, never blocks, allocates only what the carrier does. The carrier may be the one context was extracted from.
// What did not work is in the result: the message itself is never held up.
template <writable_carrier C>
injection inject(const trace_context& context, C& carrier, const injection_options& options = {}) noexcept {
  outgoing_message message{context, options};
  if (message.outcome().no_span) return message.outcome();
  return message.deliver(
      [&carrier](const outgoing_headers& headers) { return write_headers(carrier, headers); });
}

}  // namespace waybill::inline v0
