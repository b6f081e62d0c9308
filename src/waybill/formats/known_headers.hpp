// The headers of all formats, each in a slot of its own: what a carrier is searched for.
#pragma once

#include <waybill/carrier/header_table.hpp>

#include <cstddef>

namespace waybill::inline v0 {

inline constexpr std::size_t max_formats = 9;           // in the table of formats
inline constexpr std::size_t default_format_count = 4;  // the first so many of them are on by default

// Every header of every format.
extern const header_table known_headers;
// The same slots, but only the headers of the formats that are on by default are found: nobody pays for names that are not
// looked for.
extern const header_table default_headers;

}  // namespace waybill::inline v0
