// baggage (W3C baggage): the application's own values, forwarded byte for byte. Sentry's part of it is sentry_trace's.
#pragma once

#include <waybill/formats/format.hpp>

namespace waybill::inline v0 {

// Checks the baggage headers once, for all formats that use them, and notes whose members are in them.
void check_baggage(const received_headers& headers, received_context& received) noexcept;

void read_w3c_baggage(const received_headers& headers, received_context& received) noexcept;
void write_w3c_baggage(const outgoing_context& context, outgoing_headers& headers) noexcept;

inline constexpr format w3c_baggage{
    .name = "baggage",
    .headers = {"baggage"},
    .names_sender = false,
    .can_defer = false,
    .by_default = true,
    .read = read_w3c_baggage,
    .write = write_w3c_baggage,
};

}  // namespace waybill::inline v0
