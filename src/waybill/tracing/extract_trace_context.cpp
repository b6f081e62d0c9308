#include <waybill/tracing/extract_trace_context.hpp>

#include <waybill/tracing/read_message.hpp>

namespace waybill::inline v0 {

trace_context context_from(const received_headers& headers, bool carrier_read) noexcept {
  return read_message(headers, carrier_read).to_context();
}

}  // namespace waybill::inline v0
