// The headers of all formats, each in a slot of its own: what a carrier is searched for.
#pragma once

#include <waybill/carrier/header_table.hpp>

namespace waybill::inline v0 {

extern const header_table known_headers;

}  // namespace waybill::inline v0
