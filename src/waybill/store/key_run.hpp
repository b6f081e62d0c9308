// The index of a slice: sorted runs of (key, chunk). Keys of traces sort as the traces' ids do; keys of ties are
// related_keys. Rows are written in large sorted runs, never one by one into a tree: so a store costs the same
// however much it holds.
#pragma once

#include <waybill/context/trace_id.hpp>

#include <compare>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

struct key_place {
  std::uint64_t key;
  std::uint32_t chunk;

  friend auto operator<=>(const key_place&, const key_place&) noexcept = default;
};

// The id's first 40 bits, then 24 bits of a hash of all of it: ids that some tracers begin with zeros differ,
// too. Two traces may share a key: the chunk says which it holds.
std::uint64_t key_of(const trace_id& trace) noexcept;

struct key_range {
  std::uint64_t first;
  std::uint64_t last;  // included
};

// The keys of all ids between the two, and perhaps of some more.
key_range keys_between(const trace_id::bytes_type& first, const trace_id::bytes_type& last) noexcept;

// SQLite knows signed numbers only: in the same order.
constexpr std::int64_t as_signed(std::uint64_t key) noexcept {
  return static_cast<std::int64_t>(key ^ (std::uint64_t{1} << 63));
}

// Sorted entries as bytes, 12 each.
std::string pack_places(std::span<const key_place> sorted);
// The bytes behind the last whole entry, if any, are passed over.
template <class Visit>  // Visit(const key_place&)
void for_each_place(std::string_view packed, Visit&& visit) {
  constexpr std::size_t entry = 12;
  for (; packed.size() >= entry; packed.remove_prefix(entry)) {
    key_place one;
    std::memcpy(&one.key, packed.data(), sizeof one.key);
    std::memcpy(&one.chunk, packed.data() + sizeof one.key, sizeof one.chunk);
    visit(one);
  }
}

// Bare keys of one chunk, 8 bytes each.
std::string pack_keys(std::span<const std::uint64_t> keys);
template <class Visit>  // Visit(std::uint64_t)
void for_each_key_in(std::string_view packed, Visit&& visit) {
  std::uint64_t key;
  for (; packed.size() >= sizeof key; packed.remove_prefix(sizeof key)) {
    std::memcpy(&key, packed.data(), sizeof key);
    visit(key);
  }
}

}  // namespace waybill::inline v0
