// B3 (openzipkin/b3-propagation): one header "b3", or several "x-b3-…". Both are read, whichever of the two formats is on, and
// the one header counts before the others; written is the one that is on. What is left of the other spelling goes.
#pragma once

#include <waybill/formats/format.hpp>
#include <waybill/formats/partial_sender.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

inline constexpr std::size_t max_b3_size = 51;

// <trace>-<span>[-<0|1|d>][-<parent span>], or the decision alone. Ids in any case; a trace id of 16 digits is filled up with
// zeros. No decision: deferred. "d", for debug, is sampled too. Empty when anything in it is malformed, or an id of the sender
// is zero.
std::optional<partial_sender> read_b3(std::string_view value) noexcept;

// Without a decision when it is deferred; never with the parent's id. ids has a span.
std::string_view write_b3(const span_ids& ids, std::span<char, max_b3_size> out) noexcept;

void read_b3_single_first(const received_headers& headers, received_context& received) noexcept;
void read_b3multi(const received_headers& headers, received_context& received) noexcept;
void write_b3_single(const outgoing_context& context, outgoing_headers& headers) noexcept;
void write_b3multi(const outgoing_context& context, outgoing_headers& headers) noexcept;

inline constexpr name_list b3_headers{"b3",           "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid",
                                      "x-b3-sampled", "x-b3-flags"};

inline constexpr format b3{
    .name = "b3",
    .headers = b3_headers,
    .names_sender = true,
    .can_defer = true,
    .by_default = false,
    .read = read_b3_single_first,
    .write = write_b3_single,
};
inline constexpr format b3multi{
    .name = "b3multi",
    .headers = b3_headers,
    .names_sender = true,
    .can_defer = true,
    .by_default = false,
    .read = read_b3multi,
    .write = write_b3multi,
};

}  // namespace waybill::inline v0
