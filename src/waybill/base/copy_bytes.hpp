// Copying text whose length is not known beforehand but is short nearly always: names, keys, values.
#pragma once

#include <cstddef>
#include <cstring>

namespace waybill::inline v0 {

namespace copy_detail {
// The first and the last bytes, which overlap: of a length between Width and twice that, these are all.
template <std::size_t Width>
void copy_ends(char* to, const char* from, std::size_t size) noexcept {
  std::memcpy(to, from, Width);
  std::memcpy(to + size - Width, from + size - Width, Width);
}
}  // namespace copy_detail

// memcpy without the call that would cost more than the copy, up to 32 bytes. from and to do not overlap.
inline void copy_bytes(char* to, const char* from, std::size_t size) noexcept {
  if (size > 32) {
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

}  // namespace waybill::inline v0
