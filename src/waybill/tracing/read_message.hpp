// What a message's headers say, by the rules of this process: its formats, and whose traces it continues.
#pragma once

#include <waybill/propagation/extracted.hpp>

#include <cstdint>

namespace waybill::inline v0 {

// carrier_read: read_headers of its carrier said so.
extracted read_message(const received_headers& headers, bool carrier_read) noexcept;

// How often that found formats in one message that did not agree.
std::uint64_t disagreements_read() noexcept;

}  // namespace waybill::inline v0
