// What extraction found and did not take over, and why: told in the task's event, never an error.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace waybill::inline v0 {

enum class rejection : std::uint8_t {
  traceparent_malformed,
  traceparent_repeated,
  tracestate_malformed,
  tracestate_too_long,
  tracestate_without_traceparent,
  sentry_trace_malformed,
  sentry_trace_repeated,
  sentry_baggage_elsewhere,
  baggage_member_malformed,
  baggage_too_long,
  waybill_malformed,
  waybill_repeated,
  b3_malformed,
  jaeger_malformed,
  datadog_malformed,
  xray_malformed,
  ids_repeated,
  too_many_headers,
  carrier_failed,
  sentry_org_elsewhere,
};
inline constexpr int rejection_count = 20;

// A sentence for a person.
std::string_view reason(rejection what) noexcept;

class rejection_set {
 public:
  constexpr bool empty() const noexcept { return bits_ == 0; }
  constexpr bool has(rejection what) const noexcept { return (bits_ >> static_cast<int>(what) & 1) != 0; }
  constexpr void add(rejection what) noexcept { bits_ |= std::uint32_t{1} << static_cast<int>(what); }

  template <class Visit>
  constexpr void for_each(Visit&& visit) const {
    for (unsigned left = bits_; left != 0; left &= left - 1)
      visit(static_cast<rejection>(std::countr_zero(left)));
  }

 private:
  std::uint32_t bits_ = 0;
};

}  // namespace waybill::inline v0
