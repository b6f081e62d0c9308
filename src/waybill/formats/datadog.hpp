// Datadog's own headers: ids as decimal numbers of 64 bits, the high half of a trace id in x-datadog-tags as _dd.p.tid.
//
// The origin and the other tags are not carried on: what is stale of them goes, and what we write is ours.
#pragma once

#include <waybill/formats/format.hpp>
#include <waybill/formats/partial_sender.hpp>

#include <optional>
#include <string_view>

namespace waybill::inline v0 {

// The high half of the trace id in x-datadog-tags: 0 when it names none. Empty when it is not 16 digits, in any case.
std::optional<std::uint64_t> read_datadog_trace_high(std::string_view tags) noexcept;

// A span of "0", or none at all, is no sender. A priority above 0 keeps, others drop, none leaves it open. Above 1 is debug, as
// Datadog's own tracers translate it: somebody asked for this very trace.
void read_datadog(const received_headers& headers, received_context& received) noexcept;
// Nothing when the low half of the trace id is zero: Datadog takes that for no trace.
void write_datadog(const outgoing_context& context, outgoing_headers& headers) noexcept;

inline constexpr format datadog{
    .name = "datadog",
    .headers = {"x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-sampling-priority",
                "x-datadog-origin", "x-datadog-tags"},
    .names_sender = true,
    .can_defer = true,
    .by_default = false,
    .read = read_datadog,
    .write = write_datadog,
};

}  // namespace waybill::inline v0
