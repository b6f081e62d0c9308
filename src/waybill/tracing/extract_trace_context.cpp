#include <waybill/tracing/extract_trace_context.hpp>

#include <waybill/propagation/extracted.hpp>
#include <waybill/tracing/process_propagator.hpp>

namespace waybill::inline v0 {

trace_context context_from(const received_headers& headers, bool carrier_read) noexcept {
  return extracted{headers, process_propagator(), carrier_read}.to_context();
}

}  // namespace waybill::inline v0
