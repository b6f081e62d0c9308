// The 16 bytes that name a trace and the 8 that name a span. Neither can be zero: "none" is an empty optional.
#pragma once

#include <waybill/base/hex.hpp>

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

// Size: 16 for traces, 8 for spans (W3C trace-context §3.2.2). Trivially copyable, ordered by bytes.
template <std::size_t Size>
class random_id {
 public:
  static constexpr std::size_t size = Size;
  using bytes_type = std::array<std::uint8_t, Size>;

  // Empty when all bytes are zero.
  static constexpr std::optional<random_id> from_bytes(const bytes_type& bytes) noexcept {
    const random_id id{bytes};
    std::uint64_t any = 0;
    for (const auto word : id.words()) any |= word;
    if (any == 0) return std::nullopt;
    return id;
  }
  // From a field of a wire format: empty unless it has exactly Size bytes that are not all zero.
  static std::optional<random_id> from_bytes(std::string_view raw) noexcept {
    if (raw.size() != Size) return std::nullopt;
    bytes_type bytes;
    std::memcpy(bytes.data(), raw.data(), Size);
    return from_bytes(bytes);
  }
  // Exactly 2 * Size digits. Empty when they are not, or all zero.
  static constexpr std::optional<random_id> from_hex(std::string_view text,
                                                     hex_case accepted = hex_case::lower_only) noexcept {
    bytes_type bytes{};
    if (!read_hex(text, bytes.data(), Size, accepted)) return std::nullopt;
    return from_bytes(bytes);
  }
  static random_id make() noexcept;  // random, from base/random
  // The words as they are in memory; all zero becomes one, which random words are once in 2^64 times.
  static constexpr random_id from_random(const std::array<std::uint64_t, Size / 8>& words) noexcept {
    auto bytes = std::bit_cast<bytes_type>(words);
    std::uint64_t any = 0;
    for (const auto word : words) any |= word;
    if (any == 0) bytes.back() = 1;
    return random_id{bytes};
  }

  constexpr const bytes_type& bytes() const noexcept { return bytes_; }
  std::string_view view() const noexcept { return {reinterpret_cast<const char*>(bytes_.data()), Size}; }

  constexpr void write_hex_to(char* out) const noexcept {
    write_hex(bytes_.data(), Size, out);
  }  // 2 * Size chars
  std::string to_hex() const {
    std::string text(2 * Size, '0');
    write_hex_to(text.data());
    return text;
  }

  friend std::strong_ordering operator<=>(const random_id& a, const random_id& b) noexcept {
    return std::memcmp(a.bytes_.data(), b.bytes_.data(), Size) <=> 0;
  }
  friend constexpr bool operator==(const random_id& a, const random_id& b) noexcept {
    std::uint64_t differs = 0;
    for (std::size_t i = 0; i < Size / 8; ++i) differs |= a.words()[i] ^ b.words()[i];
    return differs == 0;
  }

 private:
  // For tests of all bytes at once.
  constexpr auto words() const noexcept { return std::bit_cast<std::array<std::uint64_t, Size / 8>>(bytes_); }

  constexpr explicit random_id(const bytes_type& bytes) noexcept : bytes_(bytes) {}
  bytes_type bytes_;
};

using trace_id = random_id<16>;
using span_id = random_id<8>;

template <std::size_t Size>
struct random_id_hash {
  std::size_t operator()(const random_id<Size>& id) const noexcept {
    std::size_t
        last8;  // the right-most 7 bytes are random in every id format (W3C trace-context level 2 §3.2.2.3)
    std::memcpy(&last8, id.bytes().data() + Size - sizeof last8, sizeof last8);
    return last8;
  }
};
using trace_id_hash = random_id_hash<16>;
using span_id_hash = random_id_hash<8>;

}  // namespace waybill::inline v0
