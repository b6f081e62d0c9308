#include <waybill/formats/rejection.hpp>

namespace waybill::inline v0 {

std::string_view reason(rejection what) noexcept {
  switch (what) {
    case rejection::traceparent_malformed:
      return "traceparent does not follow W3C trace-context";
    case rejection::traceparent_repeated:
      return "there is more than one traceparent, so none can be trusted";
    case rejection::tracestate_malformed:
      return "tracestate breaks the grammar or has more than 32 members; dropped whole";
    case rejection::tracestate_too_long:
      return "tracestate is longer than 8,192 bytes; dropped whole";
    case rejection::tracestate_without_traceparent:
      return "tracestate came without the traceparent it belongs to";
    case rejection::sentry_trace_malformed:
      return "sentry-trace is not <trace>-<span>[-<0|1>]";
    case rejection::sentry_trace_repeated:
      return "there is more than one sentry-trace; the first was taken";
    case rejection::sentry_baggage_elsewhere:
      return "the sentry- members of baggage belong to another trace";
    case rejection::baggage_member_malformed:
      return "part of baggage breaks the grammar; it was left out";
    case rejection::baggage_too_long:
      return "baggage has more than 64 members or 8,192 bytes; the rest was left out";
    case rejection::waybill_malformed:
      return "the waybill key breaks its grammar";
    case rejection::waybill_repeated:
      return "there is more than one waybill key, so none can be trusted";
    case rejection::b3_malformed:
      return "b3, or one of its x-b3- headers, breaks the grammar";
    case rejection::jaeger_malformed:
      return "uber-trace-id is not <trace>:<span>:<parent>:<flags>";
    case rejection::datadog_malformed:
      return "one of the x-datadog- headers is not what Datadog writes";
    case rejection::xray_malformed:
      return "the X-Ray header is not Root=1-<8 digits>-<24 digits>;Parent=<16 digits>;Sampled=<0|1|?>";
    case rejection::ids_repeated:
      return "a header with ids came more than once, with different values, so none can be trusted";
    case rejection::too_many_headers:
      return "a header came more than four times; the rest was left out";
    case rejection::carrier_failed:
      return "the carrier threw while it was read";
    case rejection::sentry_org_elsewhere:
      return "the trace is not of this Sentry organisation; a new one was begun";
  }
  return "unknown";
}

}  // namespace waybill::inline v0
