#pragma once

#include <opentelemetry/context/context.h>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace context::propagation {

class TextMapCarrier {
 public:
  virtual ~TextMapCarrier() = default;
  virtual nostd::string_view Get(nostd::string_view key) const noexcept = 0;
  virtual void Set(nostd::string_view key, nostd::string_view value) noexcept = 0;
  virtual bool Keys(nostd::function_ref<bool(nostd::string_view)>) const noexcept { return true; }
};

class TextMapPropagator {
 public:
  virtual ~TextMapPropagator() = default;
  virtual Context Extract(const TextMapCarrier& carrier, Context& context) noexcept = 0;
  virtual void Inject(TextMapCarrier& carrier, const Context& context) noexcept = 0;
  virtual bool Fields(nostd::function_ref<bool(nostd::string_view)> callback) const noexcept = 0;
};

}  // namespace context::propagation
OPENTELEMETRY_END_NAMESPACE
