// The "trace" of an envelope's header: what the head of the trace told Sentry of it (the dynamic sampling context).
#pragma once

#include <waybill/context/trace_id.hpp>

#include <string>
#include <string_view>

namespace waybill::inline v0 {

// Sentry's members of a context's baggage as a JSON object of texts, decoded, of several of a name the last. trace_id is
// the span's, whatever stands there. Empty when there is no public_key among them: Sentry would refuse the half of it.
std::string encode_sentry_trace_header(std::string_view baggage, const trace_id& trace);

}  // namespace waybill::inline v0
