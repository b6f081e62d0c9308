// traceparent and tracestate (W3C trace-context level 2): what OpenTelemetry and most others read and write.
#pragma once

#include <waybill/context/span_ids.hpp>
#include <waybill/formats/format.hpp>

#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

inline constexpr std::size_t traceparent_size = 55;

// Reads version 00, and the known part of later ones (§4.3). White space around it is fine. Empty when it is malformed or
// an id is zero. Of the flags, sampled and random are kept.
std::optional<span_ids> read_traceparent(std::string_view value) noexcept;

// Version 00. A decision that is still deferred can only be written as not sampled. ids has a span.
std::string_view write_traceparent(const span_ids& ids, std::span<char, traceparent_size> out) noexcept;

void read_w3c_trace_context(const received_headers& headers, received_context& received) noexcept;
void write_w3c_trace_context(const outgoing_context& context, outgoing_headers& headers) noexcept;

inline constexpr format w3c_trace_context{
    .name = "tracecontext",
    .headers = {"traceparent", "tracestate"},
    .names_sender = true,
    .can_defer = false,
    .by_default = true,
    .read = read_w3c_trace_context,
    .write = write_w3c_trace_context,
};

}  // namespace waybill::inline v0
