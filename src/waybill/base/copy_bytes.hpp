// Copying and comparing text whose length is not known beforehand but is short nearly always: names, keys, values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace waybill::inline v0 {

namespace copy_detail {
// The first and the last bytes, which overlap: of a length between Width and twice that, these are all.
template <std::size_t Width>
void copy_ends(char* to, const char* from, std::size_t size) noexcept {
  std::memcpy(to, from, Width);
  std::memcpy(to + size - Width, from + size - Width, Width);
}
template <class Word>
bool equal_ends(const char* a, const char* b, std::size_t size) noexcept {
  Word first[2], last[2];
  std::memcpy(&first[0], a, sizeof(Word));
  std::memcpy(&first[1], b, sizeof(Word));
  std::memcpy(&last[0], a + size - sizeof(Word), sizeof(Word));
  std::memcpy(&last[1], b + size - sizeof(Word), sizeof(Word));
  return ((first[0] ^ first[1]) | (last[0] ^ last[1])) == 0;
}
}  // namespace copy_detail

inline constexpr std::size_t most_copied_inline = 32;

// memcpy without the call that would cost more than the copy, where it is short. from and to do not overlap.
inline void copy_bytes(char* to, const char* from, std::size_t size) noexcept {
  if (size > most_copied_inline) {
    std::memcpy(to, from, size);
  } else if (size >= 16) {
    copy_detail::copy_ends<16>(to, from, size);
  } else if (size >= 8) {
    copy_detail::copy_ends<8>(to, from, size);
  } else if (size >= 4) {
    copy_detail::copy_ends<4>(to, from, size);
  } else if (size != 0) {
    to[0] = from[0];
    to[size / 2] = from[size / 2];
    to[size - 1] = from[size - 1];
  }
}

// memcmp without the call, where it is short: whether they are the same.
inline bool equal_bytes(const char* a, const char* b, std::size_t size) noexcept {
  if (size > 16) return std::memcmp(a, b, size) == 0;
  if (size >= 8) return copy_detail::equal_ends<std::uint64_t>(a, b, size);
  if (size >= 4) return copy_detail::equal_ends<std::uint32_t>(a, b, size);
  return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1]);
}

}  // namespace waybill::inline v0
