// Hashing for tables and identities of this room: fast, and with a secret seed safe against keys chosen to
// collide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace waybill::inline v0 {

constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using wide = unsigned __int128;
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// After wyhash, by Wang Yi. Equal on every machine and in every version for the same seed: the store keeps
// some of them.
inline std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) noexcept {
  constexpr std::uint64_t k1 = 0xe7037ed1a0b428dbULL;
  constexpr std::uint64_t k2 = 0x8ebc6af09c88c6e3ULL;
  const auto read = [](const char* from, std::size_t size) {
    std::uint64_t value = 0;
    std::memcpy(&value, from, size);
    return value;
  };
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left > 16; left -= 16, at += 16) seed = mix(read(at, 8) ^ k1, read(at + 8, 8) ^ seed);
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  if (left >= 8) {
    a = read(at, 8);
    b = read(at + left - 8, 8);
  } else if (left >= 4) {
    a = read(at, 4);
    b = read(at + left - 4, 4);
  } else if (left > 0) {
    a = read(at, left);
  }
  return mix(k2 ^ bytes.size(), mix(a ^ k1, b ^ seed));
}

}  // namespace waybill::inline v0
