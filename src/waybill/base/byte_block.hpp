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
  return reinterpret_cast<byte_block>(block - static_cast<std::uint8_t>(first) <= static_cast<std::uint8_t>(last - first));
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

// Bit n tells of byte n of up to 64 bytes at from; kind_of(block) is applied to each sixteen of them. Nothing behind the
// bytes is read; their bits are 0.
template <class KindOf>
inline std::uint64_t kind_bits(const char* from, std::size_t size, KindOf kind_of) noexcept {
  std::uint64_t bits = 0;
  std::size_t done = 0;
  for (; size - done >= sizeof(byte_block); done += sizeof(byte_block)) {
    bits |= to_bits(kind_of(load_block(from + done))) << done;
  }
  const std::size_t left = size - done;
  if (left == 0) return bits;
  if (done != 0) {  // the last sixteen again, some of which are known by now
    return bits | to_bits(kind_of(load_block(from + size - sizeof(byte_block)))) >> (sizeof(byte_block) - left) << done;
  }
  byte_block block = {};
  std::memcpy(&block, from, left);
  return to_bits(kind_of(block)) & ((std::uint64_t{1} << left) - 1);
}

}  // namespace waybill::inline v0
