// The Retry-After header: how long another side asks to be left alone (RFC 9110 §10.2.3).
#pragma once

#include <waybill/base/clock.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

// Seconds or an HTTP date, from now; 0 when it is past. Empty when it is neither.
std::optional<std::chrono::seconds> read_retry_after(std::string_view value, unix_nanos now) noexcept;

// The same; 0 when it is neither, or past. At most five minutes.
std::chrono::milliseconds parse_retry_after(std::string_view value, unix_nanos now) noexcept;

}  // namespace waybill::inline v0
