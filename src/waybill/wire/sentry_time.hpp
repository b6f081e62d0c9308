// Times as Sentry's SDKs write them: seconds since 1970 with a fraction, or ISO 8601.
#pragma once

#include <waybill/base/clock.hpp>

#include <optional>
#include <string_view>

namespace waybill::inline v0::sentry_envelope {

// Every digit counts, down to the nanosecond; a double would lose the last three of today's times. ISO 8601 with or
// without a zone (then UTC), with 'T' or a blank. Empty for what is no time from 1970 to 2262.
std::optional<unix_nanos> read_time(std::string_view text) noexcept;

}  // namespace waybill::inline v0::sentry_envelope
