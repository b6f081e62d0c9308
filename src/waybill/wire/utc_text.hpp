// Times as text: RFC 3339 in UTC, to the microsecond.
#pragma once

#include <waybill/base/clock.hpp>

#include <array>
#include <string_view>

namespace waybill::inline v0 {

using utc_text = std::array<char, 48>;

// 2026-08-01T12:00:38.412345Z
std::string_view write_utc(unix_nanos time, utc_text& out) noexcept;

}  // namespace waybill::inline v0
