// Counts the members of baggage and shows some of them, quickly where they are plain.
#pragma once

#include <waybill/context/baggage.hpp>
#include <waybill/context/pair_window.hpp>

#include <cstddef>
#include <string_view>

namespace waybill::inline v0 {

struct plain_baggage {
  static constexpr bool empty_values = true;
  static byte_block keys(byte_block block) noexcept {
    return in_range(block | 0x20, 'a', 'z') | in_range(block, '0', '9') | equal_to(block, '-') |
           equal_to(block, '_') | equal_to(block, '.');
  }
  static byte_block first_of_key(byte_block block) noexcept { return keys(block); }
  static byte_block values(byte_block block) noexcept {
    return in_range(block, '#', '~') & ~(equal_to(block, ',') | equal_to(block, ';') | equal_to(block, '\\'));
  }
};

struct baggage_count {
  std::size_t valid = 0;
  std::size_t invalid = 0;  // and the empty properties behind valid ones
};

// Calls visit(key, value) for each valid member whose key begins with a character that is wanted, in order.
template <class Wanted, class Visit>
baggage_count walk_baggage(std::string_view text, const Wanted& wanted, const Visit& visit) noexcept {
  baggage_count count;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const pair_window<plain_baggage> plain{at, end};
    if (plain.size() != 0) {
      count.valid += plain.count();
      plain.for_each(wanted, visit);
      at += plain.size();
    } else {
      baggage_members members{{at, static_cast<std::size_t>(end - at)}};
      members.next();
      if (members.valid()) {
        ++count.valid;
        if (members.ends_early()) ++count.invalid;
        if (wanted(members.key().front())) visit(members.key(), members.value());
      } else {
        ++count.invalid;
      }
      if (members.done()) return count;
      at = members.rest().data();
    }
  }
  if (!text.empty() && text.back() == ',') ++count.invalid;  // an empty member behind the last comma
  return count;
}

}  // namespace waybill::inline v0
