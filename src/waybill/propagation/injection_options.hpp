// What inject is asked to write.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/formats/message_stamp.hpp>
#include <waybill/formats/sentry_head.hpp>
#include <waybill/propagation/budget.hpp>
#include <waybill/propagation/propagator.hpp>

#include <cstdint>
#include <optional>

namespace waybill::inline v0 {

// What the stamp says besides the sender.
struct stamp_details {
  std::optional<unix_nanos> stamped = {};         // empty: now
  std::optional<std::uint32_t> destination = {};  // destination_hash of the queue
  std::optional<unix_nanos> due = {};             // not to be worked on before
  std::optional<unix_nanos> created =
      {};  // when the message was first handed over, if this is not the first time
  std::optional<std::uint32_t> attempt = {};  // 1 for the first
};

struct injection_options {
  propagator formats = {};
  stamp_details stamp = {};
  carrier_budget budget = {};
  // Written into baggage for traces that start in this process; null when it does not report to Sentry. Borrowed.
  const sentry_head* sentry = nullptr;
};

}  // namespace waybill::inline v0
