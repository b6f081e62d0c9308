// What carriers are searched for in this process: apart from the propagator, for every user's code sees this.
#pragma once

#include <waybill/carrier/header_table.hpp>

namespace waybill::inline v0 {

// The names of process_propagator(). Thread-safe.
const header_table& process_headers() noexcept;

}  // namespace waybill::inline v0
