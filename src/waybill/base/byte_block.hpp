// Sixteen bytes at a time: which of them are of a kind, first as bytes of all ones, then as one bit a byte.
//
// Vectors as GCC and clang have them for every machine; without registers for them, they are emulated.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace waybill::inline v0 {

using byte_block = std::uint8_t __attribute__((vector_size(16)));

inline byte_block load_block(const char* from) noexcept {
  byte_block block;
  std::memcpy(&block, from, sizeof block);
  return block;
}

inline byte_block equal_to(byte_block block, char c) noexcept {
  return reinterpret_cast<byte_block>(block == static_cast<std::uint8_t>(c));
}
inline byte_block in_range(byte_block block, char first, char last) noexcept {
  // Moved so that the range stands at the lower end of the signed numbers, which are what registers compare at once.
  using signed_block = std::int8_t __attribute__((vector_size(16)));
  const byte_block moved = block - static_cast<std::uint8_t>(first + 0x80);
  const auto bound = static_cast<std::int8_t>(last - first + 1 - 0x80);
  return reinterpret_cast<byte_block>(reinterpret_cast<signed_block>(moved) < bound);
}

// Bit n: the highest bit of byte n.
inline std::uint64_t to_bits(byte_block kind) noexcept {
#if defined(__SSE2__)
  using signed_block = char __attribute__((vector_size(16)));
  return static_cast<std::uint32_t>(__builtin_ia32_pmovmskb128(reinterpret_cast<signed_block>(kind)));
#else
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof kind; ++i) bits |= std::uint64_t{kind[i]} >> 7 << i;
  return bits;
#endif
}

// Calls visit(block, offset) until all bytes from `from` on have been in a block. Nothing outside them is read: the last block
// overlaps the one before, and a text of less than sixteen bytes is filled up with zeros.
template <class Visit>
inline void for_each_block(const char* from, std::size_t size, Visit&& visit) noexcept {
  if (size < sizeof(byte_block)) {
    byte_block block = {};
    if (size != 0) std::memcpy(&block, from, size);
    return visit(block, std::size_t{0});
  }
  const std::size_t last = size - sizeof(byte_block);
  for (std::size_t offset = 0; offset < last; offset += sizeof(byte_block))
    visit(load_block(from + offset), offset);
  visit(load_block(from + last), last);
}

}  // namespace waybill::inline v0
