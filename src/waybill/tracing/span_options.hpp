// How a span is started.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/context/trace_context.hpp>
#include <waybill/record/span_kind.hpp>

#include <string_view>

namespace waybill::inline v0 {

struct span_options {
  std::string_view op = {};  // Sentry's word for the kind of work; kept as the attribute sentry.op
  span_kind kind = span_kind::internal;
  const trace_context* parent =
      nullptr;             // null: what is current. A context without a span: a root in that trace
  bool new_trace = false;  // a root of a new trace, whatever is current
  unix_nanos start = 0;    // 0: now
  const trace_context* link =
      nullptr;  // a link that is known already; some SDKs take none from a span that runs
};

}  // namespace waybill::inline v0
