// The waybill key: s=<stamped, unix ms>;p=<span>[;q=<hash of the destination>][;d=<due ms>][;c=<created ms>][;n=<attempt>]
//
// Facts about the message, so not in tracestate, which would follow every later call. A name of letters only: no queue
// needs an alias for it.
#pragma once

#include <waybill/formats/format.hpp>
#include <waybill/formats/message_stamp.hpp>

#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

inline constexpr std::size_t max_waybill_size = 112;

// Fields in any order; unknown ones are passed over, so that later versions can add some. s must be there; p is missing
// when the sender had no span. Empty when a known field is malformed or repeated: half a stamp would give a wrong wait.
std::optional<message_stamp> read_waybill(std::string_view value) noexcept;

// Times are cut to whole milliseconds.
std::string_view write_waybill(const message_stamp& stamp, std::span<char, max_waybill_size> out) noexcept;

void read_waybill_key(const received_headers& headers, received_context& received) noexcept;
// Writes nothing when the stamp has no time.
void write_waybill_key(const outgoing_context& context, outgoing_headers& headers) noexcept;

inline constexpr format waybill_key{
    .name = "waybill",
    .headers = {"waybill"},
    .names_sender = false,
    .can_defer = false,
    .by_default = true,
    .read = read_waybill_key,
    .write = write_waybill_key,
};

}  // namespace waybill::inline v0
