#include <waybill/tracing/read_message.hpp>

#include <waybill/propagation/sentry_continuation.hpp>
#include <waybill/tracing/process_propagator.hpp>
#include <waybill/tracing/process_sentry.hpp>

namespace waybill::inline v0 {

extracted read_message(const received_headers& headers, bool carrier_read) noexcept {
  extracted found{headers, process_propagator(), carrier_read};
  if (const auto* const sentry = process_sentry())
    hold_to_organisation(found, sentry->org_id, sentry->strict_continuation);
  return found;
}

}  // namespace waybill::inline v0
