// Contexts of OpenTelemetry as waybill's, and the other way round.
#pragma once

#include <waybill/bridges/opentelemetry/attached_span.hpp>
#include <waybill/carrier/contained.hpp>
#include <waybill/propagation/checked_context.hpp>
#include <waybill/tracing/decided_sampling.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0::opentelemetry_bridge {

// Under this key an OpenTelemetry context holds the attached_span that it came from. Children keep it.
inline constexpr const char* attached_key = "waybill";

inline std::optional<span_ids> to_ids(const api::trace::SpanContext& theirs) noexcept {
  trace_id::bytes_type trace_bytes;
  span_id::bytes_type span_bytes;
  theirs.trace_id().CopyBytesTo(trace_bytes);
  theirs.span_id().CopyBytesTo(span_bytes);
  const auto trace = trace_id::from_bytes(trace_bytes);
  const auto span = span_id::from_bytes(span_bytes);
  if (!trace || !span) return std::nullopt;
  const auto flags = theirs.trace_flags().flags();
  return span_ids{
      .trace = *trace,
      .span = span,
      .decision = (flags & 1U) != 0 ? sampling_decision::sampled : sampling_decision::not_sampled,
      .random = (flags & 2U) != 0,
      .remote = theirs.IsRemote(),
  };
}

// Their flags cannot leave the decision open: waybill's sampler makes it where waybill was started; else the trace is kept,
// for undecided is not "no".
inline api::trace::SpanContext to_span_context(const trace_context& ours, bool remote) noexcept {
  const span_ids& ids = ours.ids();
  if (!ids.span) return api::trace::SpanContext::GetInvalid();
  const bool sampled = decided_sampling(ours) != sampling_decision::not_sampled;
  const auto flags = static_cast<std::uint8_t>((sampled ? 1U : 0U) | (ids.random ? 2U : 0U));
  return {api::trace::TraceId{ids.trace.bytes()}, api::trace::SpanId{ids.span->bytes()},
          api::trace::TraceFlags{flags}, remote,
          api::trace::TraceState::FromHeader(to_theirs(ours.tracestate()))};
}

// What their baggage object stands for, as a header. It writes a space as '+', which others read as a plus (W3C baggage
// §3.3.1 knows percent-encoding only); a plus itself it encodes. Properties are as they came.
inline std::string baggage_text(const api::baggage::Baggage& theirs) {
  const std::string header = theirs.ToHeader();
  std::string text;
  bool in_properties = false;
  for (const char c : header) {
    if (c == ',') in_properties = false;
    if (c == ';') in_properties = true;
    if (c == '+' && !in_properties) {
      text += "%20";
    } else {
      text += c;
    }
  }
  return text;
}

// The text that waybill gave, and what OpenTelemetry was given for it: as long as it still has that, the text is as it was.
struct given_text {
  const trace_context* context = nullptr;
  const api::trace::TraceState* state = nullptr;
  const api::baggage::Baggage* baggage = nullptr;
};

// A span of theirs. What they have changed is checked as if it had come in a message.
inline trace_context to_trace_context(const span_ids& ids, const api::trace::SpanContext& theirs,
                                      const given_text& given,
                                      const api::baggage::Baggage* baggage) noexcept {
  const bool same_trace = given.context != nullptr && given.context->ids().trace == ids.trace;
  const bool same_state = same_trace && theirs.trace_state().get() == given.state;
  const bool same_baggage = given.context != nullptr && baggage == given.baggage;
  if (same_state && same_baggage) return given.context->with_ids(ids);
  std::string state;
  std::string members;
  contained([&] {
    state = same_state ? std::string{given.context->tracestate()} : theirs.trace_state()->ToHeader();
    if (same_baggage) {
      members = given.context->baggage();
    } else if (baggage != nullptr) {
      members = baggage_text(*baggage);
    }
  });
  const trace_context checked = checked_context(ids, state, members);
  if (!same_trace || !given.context->sentry_frozen()) return checked;
  const std::string_view kept_state = checked.tracestate();
  const std::string_view kept_baggage = checked.baggage();
  return {ids, context_text::make({&kept_state, 1}, {&kept_baggage, 1}, true)};
}

inline const attached_span* find_attached(const api::context::Context& theirs) noexcept {
  const api::context::ContextValue value = theirs.GetValue(attached_key);
  const auto* const span = api::nostd::get_if<attached_span::span_pointer>(&value);
  // Nobody but this bridge has a reason to use the key.
  return span != nullptr ? static_cast<const attached_span*>(span->get()) : nullptr;
}

// Empty when no span is current in it.
inline std::optional<trace_context> to_trace_context(const api::context::Context& theirs) noexcept {
  const auto span = api::trace::GetSpan(theirs)->GetContext();
  const auto ids = to_ids(span);
  if (!ids) return std::nullopt;
  const auto baggage = api::baggage::GetBaggage(theirs);
  const attached_span* const attached = find_attached(theirs);
  if (attached == nullptr || attached->left()) return to_trace_context(*ids, span, {}, baggage.get());
  return to_trace_context(*ids, span, {&attached->context(), attached->state(), attached->baggage()},
                          baggage.get());
}

// around, with ours as what is current in it: a span, or for a context without one, none. span: the one that ours is
// the context of, where OpenTelemetry made it; else null.
inline api::context::Context with_attached(api::context::Context around, const trace_context& ours,
                                           attached_span::span_pointer span,
                                           attached_span** attached = nullptr) {
  if (span == nullptr)
    span = attached_span::span_pointer{new api::trace::DefaultSpan{to_span_context(ours, ours.ids().remote)}};
  const attached_span::baggage_pointer baggage = api::baggage::Baggage::FromHeader(to_theirs(ours.baggage()));
  auto* const made = new attached_span{ours, std::move(span), api::trace::GetSpan(around), baggage};
  const attached_span::span_pointer owned{made};
  if (attached != nullptr) *attached = made;
  auto entered = api::trace::SetSpan(around, owned).SetValue(attached_key, owned);
  return api::baggage::SetBaggage(entered, baggage);
}

}  // namespace waybill::inline v0::opentelemetry_bridge
