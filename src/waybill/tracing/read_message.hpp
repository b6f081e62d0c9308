// What a message's headers say, by the rules of this process: its formats, and whose traces it continues.
#pragma once

#include <waybill/propagation/extracted.hpp>

namespace waybill::inline v0 {

// carrier_read: read_headers of its carrier said so.
extracted read_message(const received_headers& headers, bool carrier_read) noexcept;

}  // namespace waybill::inline v0
