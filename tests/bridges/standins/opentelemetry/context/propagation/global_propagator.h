#pragma once

#include <opentelemetry/context/propagation/text_map_propagator.h>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace context::propagation {

class GlobalTextMapPropagator {
 public:
  static nostd::shared_ptr<TextMapPropagator> GetGlobalPropagator() noexcept { return Held(); }
  static void SetGlobalPropagator(const nostd::shared_ptr<TextMapPropagator>& propagator) noexcept {
    Held() = propagator;
  }

 private:
  static nostd::shared_ptr<TextMapPropagator>& Held() noexcept {
    static nostd::shared_ptr<TextMapPropagator> held;
    return held;
  }
};

}  // namespace context::propagation
OPENTELEMETRY_END_NAMESPACE
