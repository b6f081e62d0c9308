// Replacing a value in a carrier in place.
#pragma once

#include <waybill/carrier/contained.hpp>

#include <cstring>
#include <string_view>

namespace waybill::inline v0 {

// False when there was no memory for it. Most values are as long as the one they replace: those are copied over without
// asking the string for room.
template <class Text>
bool assign_text(Text& to, std::string_view value) noexcept {
  if constexpr (requires(char& first) { first = *to.data(), *to.data() = first; }) {
    if (to.size() == value.size()) {
      std::memmove(to.data(), value.data(), value.size());
      return true;
    }
  }
  return contained([&] { to.assign(value.data(), value.size()); });
}

}  // namespace waybill::inline v0
