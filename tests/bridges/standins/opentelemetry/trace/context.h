#pragma once

#include <opentelemetry/trace/span.h>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace trace {

inline nostd::shared_ptr<Span> GetSpan(const context::Context& context) noexcept {
  const auto value = context.GetValue(kSpanKey);
  const auto* const held = nostd::get_if<nostd::shared_ptr<Span>>(&value);
  return held != nullptr ? *held : nostd::shared_ptr<Span>(new DefaultSpan(SpanContext::GetInvalid()));
}
inline context::Context SetSpan(context::Context& context, const nostd::shared_ptr<Span>& span) noexcept {
  return context.SetValue(kSpanKey, span);
}
inline bool IsRootSpan(const context::Context& context) noexcept {
  const auto value = context.GetValue(kIsRootSpanKey);
  const auto* const held = nostd::get_if<bool>(&value);
  return held != nullptr && *held;
}

}  // namespace trace
OPENTELEMETRY_END_NAMESPACE
