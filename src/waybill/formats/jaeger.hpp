// Jaeger's own header (jaegertracing.io, "Client Libraries", Propagation Format): <trace>:<span>:<parent>:<flags>
//
// Its baggage, a header "uberctx-<key>" for each key, is neither read nor written: a table of names knows no prefixes. It stays
// where it is.
#pragma once

#include <waybill/formats/format.hpp>
#include <waybill/formats/partial_sender.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

inline constexpr std::size_t max_uber_trace_id_size = 53;

// Ids in any case, filled up with zeros; the colons may be percent-encoded. The parent is passed over, whatever it is. Of the
// flags (one byte), 1 is sampled, and 2 with it debug. Empty when anything else is malformed, or an id is zero.
std::optional<span_ids> read_uber_trace_id(std::string_view value) noexcept;

// With 0 for the parent, as is deprecated to say more. A decision that is still deferred can only be written as not sampled.
std::string_view write_uber_trace_id(const span_ids& ids,
                                     std::span<char, max_uber_trace_id_size> out) noexcept;

void read_jaeger(const received_headers& headers, received_context& received) noexcept;
void write_jaeger(const outgoing_context& context, outgoing_headers& headers) noexcept;

inline constexpr format jaeger{
    .name = "jaeger",
    .headers = {"uber-trace-id"},
    .names_sender = true,
    .can_defer = false,
    .by_default = false,
    .read = read_jaeger,
    .write = write_jaeger,
};

}  // namespace waybill::inline v0
