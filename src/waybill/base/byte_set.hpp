// Sets of bytes for scanning text from strangers: built at compile time, one load for each byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill::inline v0 {

class byte_set {
 public:
  // The bytes of members, and all from first to last. Declare sets constexpr: built at run time they would cost more than
  // the scan.
  consteval explicit byte_set(std::string_view members) {
    for (const char c : members) table_[static_cast<std::uint8_t>(c)] = true;
  }
  consteval byte_set(char first, char last) {
    for (int c = static_cast<std::uint8_t>(first); c <= static_cast<std::uint8_t>(last); ++c)
      table_[c] = true;
  }

  friend consteval byte_set operator|(byte_set a, const byte_set& b) {
    for (int c = 0; c < 256; ++c) a.table_[c] = a.table_[c] || b.table_[c];
    return a;
  }
  friend consteval byte_set operator-(byte_set a, const byte_set& b) {
    for (int c = 0; c < 256; ++c) a.table_[c] = a.table_[c] && !b.table_[c];
    return a;
  }

  constexpr bool contains(char c) const noexcept { return table_[static_cast<std::uint8_t>(c)]; }

  // The first byte of [at, end) that is not in the set; end if all are.
  constexpr const char* skip(const char* at, const char* end) const noexcept {
    for (auto fours = static_cast<std::size_t>(end - at) / 4; fours > 0; --fours, at += 4) {
      if (!contains(at[0])) return at;
      if (!contains(at[1])) return at + 1;
      if (!contains(at[2])) return at + 2;
      if (!contains(at[3])) return at + 3;
    }
    while (at != end && contains(*at)) ++at;
    return at;
  }

 private:
  bool table_[256] = {};
};

}  // namespace waybill::inline v0
