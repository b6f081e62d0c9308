// Finds places in a list by hash: the list and what equality means there stay with the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

// Open addressing, half full at most. One allocation now and then, none an entry; clear() keeps the memory.
class hash_index {
 public:
  // The place under this hash for which same(place) holds.
  template <class Same>
  std::optional<std::uint32_t> find(std::uint64_t hash, Same same) const {
    if (slots_.empty()) return std::nullopt;
    for (std::size_t at = start(hash);; at = (at + 1) & mask()) {
      const slot& one = slots_[at];
      if (one.place_plus_one == 0) return std::nullopt;
      if (one.hash == shorten(hash) && same(one.place_plus_one - 1)) return one.place_plus_one - 1;
    }
  }

  // As find(); where there is none, `next` is remembered and returned.
  template <class Same>
  std::uint32_t find_or_add(std::uint64_t hash, std::uint32_t next, Same same) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    for (std::size_t at = start(hash);; at = (at + 1) & mask()) {
      slot& one = slots_[at];
      if (one.place_plus_one == 0) {
        one = {next + 1, shorten(hash)};
        ++used_;
        return next;
      }
      if (one.hash == shorten(hash) && same(one.place_plus_one - 1)) return one.place_plus_one - 1;
    }
  }

  void clear() noexcept {
    for (auto& one : slots_) one = {};
    used_ = 0;
  }

 private:
  struct slot {
    std::uint32_t place_plus_one = 0;  // 0: free
    std::uint32_t hash = 0;
  };

  static std::uint32_t shorten(std::uint64_t hash) noexcept { return static_cast<std::uint32_t>(hash >> 32); }
  std::size_t mask() const noexcept { return slots_.size() - 1; }
  std::size_t start(std::uint64_t hash) const noexcept { return shorten(hash) & mask(); }

  void grow() {
    const std::vector<slot> before =
        std::exchange(slots_, std::vector<slot>(slots_.empty() ? 64 : 2 * slots_.size()));
    for (const slot& one : before) {
      if (one.place_plus_one == 0) continue;
      std::size_t at = one.hash & mask();
      while (slots_[at].place_plus_one != 0) at = (at + 1) & mask();
      slots_[at] = one;
    }
  }

  std::vector<slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace waybill::inline v0
