// The clock that all processes of one boot of one host share, whatever their wall clocks say.
#pragma once

#include <cstdint>
#include <string_view>

namespace waybill::inline v0 {

// Nanoseconds since this host was started, asleep or not. Comparable between processes with an equal boot_id() only. Asks
// the kernel itself, past any library that plays with time.
std::int64_t boot_clock_now() noexcept;

// Names the boot: 36 characters, the same in every process and container of this host until it is restarted. Empty when
// the system does not tell. Static storage.
std::string_view boot_id() noexcept;

}  // namespace waybill::inline v0
