// Stamping once more just before the wire: time spent in an outbox or a retry loop is not queueing.
#pragma once

#include <waybill/carrier/carrier.hpp>
#include <waybill/formats/known_headers.hpp>
#include <waybill/propagation/injection_options.hpp>

namespace waybill::inline v0 {

// The new waybill key for a carrier that has one already.
class later_stamp {
 public:
  later_stamp(const received_headers& headers, const stamp_details& details) noexcept;
  const outgoing_headers& headers() const noexcept { return headers_; }

 private:
  outgoing_headers headers_;
};

// For an adapter's send: moves the stamp that inject left to now (or details.stamped) and keeps the first one as created.
// What details does not say stays. A carrier without a stamp gets none, one that is malformed goes. True if it was stamped.
template <writable_carrier C>
bool restamp(C& carrier, const stamp_details& details = {}) noexcept {
  received_headers received{default_headers};
  if (!read_headers(carrier, received)) return false;
  const later_stamp stamp{received, details};
  if (stamp.headers().ours().empty()) return false;
  const header_set failed = write_headers(carrier, stamp.headers());
  return !(stamp.headers().present() - failed).empty();
}

}  // namespace waybill::inline v0
