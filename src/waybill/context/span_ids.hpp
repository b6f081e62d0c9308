// Where in which trace: the part of a trace context that fits in a few words and is copied freely.
#pragma once

#include <waybill/context/trace_id.hpp>

#include <cstdint>
#include <optional>

namespace waybill::inline v0 {

// Deferred is not "no": the sender left the decision to whoever reads it. traceparent cannot say it (W3C trace-context
// §3.2.2.5), sentry-trace can.
enum class sampling_decision : std::uint8_t { deferred, sampled, not_sampled };

struct span_ids {
  trace_id trace;
  std::optional<span_id> span = {};  // empty: a trace of its own that has no span yet
  sampling_decision decision = sampling_decision::deferred;
  bool random = false;  // the trace id's right-most 56 bits are uniform (W3C trace-context level 2 §3.2.2.5)
  bool remote : 1 = false;  // came from another process
  bool debug : 1 = false;   // somebody asked for this very trace (B3, Jaeger); says sampled at the same time
  // Not sampled, as far as a format could say that cannot tell it from "not decided" (traceparent). Whoever passes the trace
  // on as it is leaves it open in those that can; whoever takes part in it has decided.
  bool unsure : 1 = false;

  friend bool operator==(const span_ids&, const span_ids&) noexcept = default;
};

}  // namespace waybill::inline v0
