// Ids in hex that were written without the zeros on the left.
#pragma once

#include <waybill/context/trace_id.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

template <class Id>
std::optional<Id> read_short_id(std::string_view digits) noexcept {
  constexpr std::size_t whole = sizeof(typename Id::bytes_type) * 2;
  char padded[whole];
  if (digits.empty() || digits.size() > whole) return std::nullopt;
  std::fill_n(padded, whole - digits.size(), '0');
  std::copy(digits.begin(), digits.end(), padded + (whole - digits.size()));
  return Id::from_hex(std::string_view{padded, whole}, hex_case::any);
}

}  // namespace waybill::inline v0
