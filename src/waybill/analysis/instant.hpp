// Times that strangers wrote: arithmetic that no value can overflow, and the text forms other tools put into
// attributes.
#pragma once

#include <waybill/base/clock.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

// later - earlier in nanoseconds, at the ends of the range where the difference does not fit.
constexpr std::int64_t saturating_difference(unix_nanos later, unix_nanos earlier) noexcept {
  std::int64_t result = 0;
  if (!__builtin_sub_overflow(later, earlier, &result)) return result;
  return later < earlier ? std::numeric_limits<std::int64_t>::min()
                         : std::numeric_limits<std::int64_t>::max();
}

// Between the years 2000 and 2200. Differences of plausible times always fit.
constexpr bool is_plausible(unix_nanos time) noexcept {
  return time >= 946'684'800'000'000'000 && time < 7'258'118'400'000'000'000;
}

// Some SDKs cut times to whole milliseconds, and one host's clocks are read at different moments: what is smaller is no
// contradiction between two times.
inline constexpr std::int64_t clock_rounding = 2'000'000;

// A worker may have a message this long before the call that sent it returns.
inline constexpr std::int64_t early_hand_over = 50'000'000;

// RFC 3339 and what is commonly written instead: a blank for the T, no zone (taken as UTC), more than nine
// fractional digits. Empty when it is anything else or not plausible.
std::optional<unix_nanos> parse_instant(std::string_view text) noexcept;

// The instant in a JSON array of exactly one, ["2026-11-24T07:32:44.008Z"]. Empty when there are none or
// several.
std::optional<unix_nanos> parse_single_instant(std::string_view json_array) noexcept;

}  // namespace waybill::inline v0
