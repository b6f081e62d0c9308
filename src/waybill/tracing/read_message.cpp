#include <waybill/tracing/read_message.hpp>

#include <waybill/propagation/sentry_continuation.hpp>
#include <waybill/tracing/process_propagator.hpp>
#include <waybill/tracing/process_sentry.hpp>

#include <atomic>

namespace waybill::inline v0 {
namespace {

constinit std::atomic<std::uint64_t> disagreements{0};

}  // namespace

std::uint64_t disagreements_read() noexcept {
  return disagreements.load(std::memory_order_relaxed);
}

extracted read_message(const received_headers& headers, bool carrier_read) noexcept {
  extracted found{headers, process_propagator(), carrier_read};
  if (found.disagreement() != disagreement::none) [[unlikely]]
    disagreements.fetch_add(1, std::memory_order_relaxed);
  if (const auto* const sentry = process_sentry())
    hold_to_organisation(found, sentry->org_id, sentry->strict_continuation);
  return found;
}

}  // namespace waybill::inline v0
