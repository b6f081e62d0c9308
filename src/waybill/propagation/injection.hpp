// What inject was asked to write, and what became of it.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/formats/known_headers.hpp>
#include <waybill/formats/message_stamp.hpp>
#include <waybill/formats/sentry_head.hpp>
#include <waybill/propagation/budget.hpp>
#include <waybill/propagation/propagator.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

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

// Headers by their slots in known_headers.
struct injection {
  header_set written = {};
  header_set over_budget = {};       // left out because there was no room
  header_set failed = {};            // the carrier would not take it
  bool members_over_budget = false;  // of baggage or tracestate some members were left out
  bool no_span = false;              // nothing was written: the context has no span that could be the parent

  bool wrote(std::string_view header) const noexcept {
    const int slot = known_headers.find(header);
    return slot >= 0 && written.has(slot);
  }
};

}  // namespace waybill::inline v0
