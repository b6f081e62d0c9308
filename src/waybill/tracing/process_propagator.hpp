// Which formats this process reads and writes when nobody says otherwise.
#pragma once

#include <waybill/propagation/baggage_list.hpp>
#include <waybill/propagation/propagator.hpp>

#include <optional>

namespace waybill::inline v0 {

// The default formats until use_propagator has been called. Thread-safe.
const propagator& process_propagator() noexcept;
// list: see with_baggage_list; empty: none.
void use_propagator(const propagator& chosen, std::optional<baggage_list> list = {});

}  // namespace waybill::inline v0
