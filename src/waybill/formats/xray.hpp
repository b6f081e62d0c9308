// AWS X-Ray's header: Root=1-<8 hex digits>-<24 hex digits>;Parent=<16 hex digits>;Sampled=<0|1|?>
//
// SQS hands the same text over as the system attribute AWSTraceHeader, which is read where the other is not there. It is
// never written: on SQS only the sender's call can set it.
#pragma once

#include <waybill/formats/format.hpp>
#include <waybill/formats/partial_sender.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

inline constexpr std::size_t max_xray_size = 74;

// Fields in any order and case, with white space around them; unknown ones are passed over. The two parts of the root are the
// trace id; the first may come without the zeros it begins with. A root without a parent begins a trace. Sampled that is "?", absent or anything else leaves it open. Empty when
// the root is missing or malformed, a known field is repeated, or the parent is malformed.
std::optional<partial_sender> read_xray(std::string_view value) noexcept;

// "Sampled=?" when the decision is deferred. ids has a span.
std::string_view write_xray(const span_ids& ids, std::span<char, max_xray_size> out) noexcept;

void read_xray_headers(const received_headers& headers, received_context& received) noexcept;
void write_xray_header(const outgoing_context& context, outgoing_headers& headers) noexcept;

inline constexpr format xray{
    .name = "xray",
    .headers = {"x-amzn-trace-id", "awstraceheader"},
    .names_sender = true,
    .can_defer = true,
    .by_default = false,
    .read = read_xray_headers,
    .write = write_xray_header,
};

}  // namespace waybill::inline v0
