// What a pass over a carrier found, for the formats that read it. Apart from received_headers.hpp since every user's code has
// that one, and a compiler works long on the constructors of a span.
#pragma once

#include <waybill/carrier/received_headers.hpp>

namespace waybill::inline v0 {

inline std::span<const std::string_view> received_headers::values(int slot) const noexcept {
  return {values_.of[slot], counts_[slot] < max_values ? counts_[slot] : max_values};
}

}  // namespace waybill::inline v0
