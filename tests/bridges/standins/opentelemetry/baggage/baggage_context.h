#pragma once

#include <opentelemetry/baggage/baggage.h>
#include <opentelemetry/context/context.h>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace baggage {

inline nostd::shared_ptr<Baggage> GetBaggage(const context::Context& context) noexcept {
  const auto value = context.GetValue("baggage");
  const auto* const held = nostd::get_if<nostd::shared_ptr<Baggage>>(&value);
  return held != nullptr ? *held : Baggage::FromHeader("");
}
inline context::Context SetBaggage(context::Context& context,
                                   const nostd::shared_ptr<Baggage>& baggage) noexcept {
  return context.SetValue("baggage", baggage);
}

}  // namespace baggage
OPENTELEMETRY_END_NAMESPACE
