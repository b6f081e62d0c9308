// Which formats this process reads and writes when nobody says otherwise.
#pragma once

#include <waybill/propagation/propagator.hpp>

namespace waybill::inline v0 {

// The default formats until use_propagator has been called. Thread-safe.
const propagator& process_propagator() noexcept;
void use_propagator(const propagator& chosen);

}  // namespace waybill::inline v0
