#include <waybill/store/key_run.hpp>

#include <waybill/store/hash.hpp>

#include <bit>

namespace waybill::inline v0 {
namespace {

static_assert(std::endian::native == std::endian::little, "the store's files are little-endian");

constexpr std::uint64_t trace_seed = 0x74726163656b6579ULL;
constexpr std::uint64_t hashed_bits = 0xFFFFFF;

std::uint64_t leading_bits(const trace_id::bytes_type& id) noexcept {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 5; ++i) bits = bits << 8 | id[i];
  return bits << 24;
}

}  // namespace

std::uint64_t key_of(const trace_id& trace) noexcept {
  return leading_bits(trace.bytes()) | (hash_bytes(trace.view(), trace_seed) & hashed_bits);
}

key_range keys_between(const trace_id::bytes_type& first, const trace_id::bytes_type& last) noexcept {
  return {leading_bits(first), leading_bits(last) | hashed_bits};
}

std::string pack_places(std::span<const key_place> sorted) {
  std::string packed;
  packed.reserve(12 * sorted.size());
  for (const auto& one : sorted) {
    char entry[12];
    std::memcpy(entry, &one.key, sizeof one.key);
    std::memcpy(entry + sizeof one.key, &one.chunk, sizeof one.chunk);
    packed.append(entry, sizeof entry);
  }
  return packed;
}

std::string pack_keys(std::span<const std::uint64_t> keys) {
  return {reinterpret_cast<const char*>(keys.data()), keys.size_bytes()};
}

}  // namespace waybill::inline v0
