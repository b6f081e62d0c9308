// Durations and sizes as people write them in options: 7d, 90m, 10GB, 512MiB.
#pragma once

#include <waybill/base/result.hpp>

#include <cstdint>
#include <string_view>

namespace waybill::inline v0 {

// Nanoseconds, from a whole or decimal number with a unit: s, m, h, d, w. "0" needs none.
result<std::int64_t> parse_duration(std::string_view text);

// Bytes: kB, MB, GB, TB (thousands), KiB, MiB, GiB, TiB (1024), B. "0" needs none.
result<std::uint64_t> parse_bytes(std::string_view text);

}  // namespace waybill::inline v0
