// Dates as HTTP headers write them.
#pragma once

#include <ctime>
#include <string>

namespace waybill::inline v0 {

// RFC 9110 §5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT", in English whatever the locale says.
std::string http_date(std::time_t when);

}  // namespace waybill::inline v0
