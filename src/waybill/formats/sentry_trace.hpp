// sentry-trace, and Sentry's members in baggage: what its SDKs read, for they do not read traceparent.
//
// The members describe the trace as its head knew it (the dynamic sampling context). Whoever continues a trace forwards
// them as they came, even when none came; only the head of a trace writes its own.
#pragma once

#include <waybill/context/span_ids.hpp>
#include <waybill/formats/format.hpp>
#include <waybill/formats/sentry_head.hpp>

#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

inline constexpr std::size_t max_sentry_trace_size = 51;

// <trace>-<span>[-<0|1>]; more leniently also without the hyphens, in upper case, with white space around it, and the
// first of a comma-separated list. Empty when an id is missing or zero, or something else follows. No flag: deferred.
std::optional<span_ids> read_sentry_trace(std::string_view value) noexcept;

// Without a flag when the decision is deferred. ids has a span.
std::string_view write_sentry_trace(const span_ids& ids, std::span<char, max_sentry_trace_size> out) noexcept;

inline constexpr std::string_view sentry_member_prefix = "sentry-";
inline constexpr std::string_view sentry_trace_id_member = "sentry-trace_id";
inline constexpr std::string_view sentry_org_id_member = "sentry-org_id";
inline constexpr std::string_view sentry_sample_rand_member = "sentry-sample_rand";
inline constexpr std::string_view sentry_sample_rate_member = "sentry-sample_rate";
inline bool is_sentry_member(std::string_view key) noexcept {
  // In two comparisons of four bytes; starts_with would be a call for every member.
  return key.size() >= 7 && std::memcmp(key.data(), "sent", 4) == 0 &&
         std::memcmp(key.data() + 3, "try-", 4) == 0;
}
bool has_sentry_members(std::string_view baggage) noexcept;
std::optional<trace_id> read_sentry_trace_id(std::string_view value) noexcept;

// Room that write_sentry_head needs, in bytes.
std::size_t sentry_head_room(const sentry_head& head) noexcept;
// The members of a trace that starts here, with commas between them; nothing when head is empty.
std::string_view write_sentry_head(const sentry_head& head, const span_ids& ids, char* out) noexcept;

// Baggage, with commas between its headers, and with this member in place of those of the key, behind the others; value is
// written as it is. out has room for the headers, a comma each, and sentry_member_room(value).
constexpr std::size_t sentry_member_room(std::string_view value) noexcept {
  return 32 + value.size();
}
std::string_view replace_sentry_member(std::span<const std::string_view> baggage, std::string_view key,
                                       std::string_view value, char* out) noexcept;

void read_sentry(const received_headers& headers, received_context& received) noexcept;
void write_sentry(const outgoing_context& context, outgoing_headers& headers) noexcept;

inline constexpr format sentry_trace{
    .name = "sentry",
    .headers = {"sentry-trace", "baggage", "sentry-task-enqueued-time"},
    .names_sender = true,
    .can_defer = true,
    .by_default = true,
    .read = read_sentry,
    .write = write_sentry,
};

}  // namespace waybill::inline v0
