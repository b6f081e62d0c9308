// Visits the valid members of baggage, quickly where they are plain.
#pragma once

#include <waybill/context/baggage.hpp>
#include <waybill/context/pair_window.hpp>

#include <cstddef>
#include <string_view>

namespace waybill::inline v0 {

struct plain_baggage {
  static byte_block keys(byte_block block) noexcept {
    return in_range(block | 0x20, 'a', 'z') | in_range(block, '0', '9') | equal_to(block, '-') |
           equal_to(block, '_') | equal_to(block, '.');
  }
  static byte_block values(byte_block block) noexcept {
    return in_range(block, '!', '~') &
           ~(equal_to(block, '"') | equal_to(block, ',') | equal_to(block, ';') | equal_to(block, '\\'));
  }
};

// Calls visit(key, value) for each valid member, in order. Returns how many are not valid.
template <class Visit>
std::size_t walk_baggage(std::string_view text, Visit&& visit) noexcept {
  std::size_t invalid = 0;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    pair_window<plain_baggage> plain{at, end};
    while (plain.next()) visit(plain.key(), plain.value());
    if (plain.position() == end) break;
    baggage_members members{{plain.position(), static_cast<std::size_t>(end - plain.position())}};
    members.next();
    if (members.valid()) {
      visit(members.key(), members.value());
    } else {
      ++invalid;
    }
    if (members.done()) break;
    at = members.rest().data();
    if (at == end) ++invalid;  // an empty member behind the last comma
  }
  return invalid;
}

}  // namespace waybill::inline v0
