// A time as people read it: its date, and how long ago that is.
#pragma once

#include <waybill/base/clock.hpp>

#include <string>

namespace waybill::inline v0::decode {

std::string time_text(unix_nanos time, unix_nanos now);

}  // namespace waybill::inline v0::decode
