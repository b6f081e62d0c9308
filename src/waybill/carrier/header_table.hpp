// Which of our headers is this? A table of names, asked once for every key of a carrier: most answers are no.
#pragma once

#include <waybill/carrier/header_name.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

// A set of headers, by their slots in one table.
class header_set {
 public:
  constexpr header_set() noexcept = default;
  static constexpr header_set only(int slot) noexcept { return header_set{std::uint32_t{1} << slot}; }

  constexpr bool has(int slot) const noexcept { return (bits_ >> slot & 1) != 0; }
  constexpr bool empty() const noexcept { return bits_ == 0; }
  constexpr int size() const noexcept { return std::popcount(bits_); }
  constexpr void add(int slot) noexcept { bits_ |= std::uint32_t{1} << slot; }
  constexpr void remove(int slot) noexcept { bits_ &= ~(std::uint32_t{1} << slot); }

  // Calls visit(slot) in the order of slots.
  template <class Visit>
  constexpr void for_each(Visit&& visit) const {
    for (std::uint32_t left = bits_; left != 0; left &= left - 1) visit(std::countr_zero(left));
  }

  friend constexpr header_set operator|(header_set a, header_set b) noexcept {
    return header_set{a.bits_ | b.bits_};
  }
  friend constexpr header_set operator&(header_set a, header_set b) noexcept {
    return header_set{a.bits_ & b.bits_};
  }
  friend constexpr header_set operator-(header_set a, header_set b) noexcept {
    return header_set{a.bits_ & ~b.bits_};
  }
  friend constexpr bool operator==(header_set, header_set) noexcept = default;

 private:
  constexpr explicit header_set(std::uint32_t bits) noexcept : bits_(bits) {}
  std::uint32_t bits_ = 0;
};

// Up to 32 names, each in a slot of its own. Slots are ordered by the length of the name.
class header_table {
 public:
  static constexpr int max_headers = 32;

  // Names may repeat; each gets one slot. For constants: make_header_table.hpp has what is needed.
  consteval explicit header_table(std::span<const std::string_view> names);
  // The same slots, but only these names are found. Among those of one length they are the first of all.
  consteval header_table(const header_table& all, std::span<const std::string_view> found);

  constexpr int size() const noexcept { return size_; }
  constexpr const header_name& operator[](int slot) const noexcept { return names_[slot]; }

  // The answer for one name, in a single number: it is asked for every key.
  class match {
   public:
    constexpr match() noexcept = default;
    constexpr match(int slot, bool exact) noexcept : code_(slot | (exact ? max_headers : 0)) {}
    static constexpr match same(int slot) noexcept { return match{slot | 3 * max_headers}; }

    constexpr bool is_ours() const noexcept { return code_ >= 0; }
    constexpr int slot() const noexcept { return code_ & (max_headers - 1); }
    constexpr bool is_exact() const noexcept { return (code_ & max_headers) != 0; }  // written as we write it
    constexpr bool is_same() const noexcept { return (code_ & 2 * max_headers) != 0; }  // and has our value

   private:
    constexpr explicit match(int code) noexcept : code_(code) {}
    int code_ = -1;
  };

  // Most names are told apart from all of ours by their length.
  bool has_length(std::size_t size) const noexcept {
    return size <= header_name::max_size && (lengths_ >> size & 1) != 0;
  }

  // The slot of a name in any case, or -1. These two are asked for every key of every carrier, and mostly answer by the
  // length alone: a call for that would cost more than the answer.
  [[gnu::always_inline]] int find(std::string_view name) const noexcept {
    name_ends ends;
    return locate(name, ends);
  }
  [[gnu::always_inline]] match find_with_case(std::string_view name) const noexcept {
    name_ends ends;
    const int slot = locate(name, ends);
    if (slot < 0) return {};
    return {slot, name.size() <= 2 * sizeof ends.head ? names_[slot].matches_exactly(ends)
                                                      : name.compare(names_[slot].text()) == 0};
  }

  // Calls visit(slot) for each of headers, in the order of their names.
  template <class Visit>
  void for_each_by_name(header_set headers, Visit&& visit) const {
    header_set ranks;
    headers.for_each([&](int slot) { ranks.add(rank_[slot]); });
    ranks.for_each([&](int rank) { visit(int{by_name_[rank]}); });
  }

  // The slot of a name that is known to be there: for constants.
  consteval int slot_of(std::string_view name) const;

 private:
  [[gnu::always_inline]] int locate(std::string_view name, name_ends& ends) const noexcept {
    if (!has_length(name.size())) return -1;
    ends = name_ends::of(name);
    const int end = end_[name.size()];
    for (int slot = first_[name.size()]; slot < end; ++slot) {
      if (!names_[slot].matches_any_case(ends)) continue;
      return name.size() <= 2 * sizeof ends.head ? slot : find_long(name, slot, end);
    }
    return -1;
  }
  // For names with a middle, from a slot on whose ends match.
  int find_long(std::string_view name, int slot, int end) const noexcept;

  consteval bool contains(std::string_view name) const;

  std::uint64_t lengths_ = 0;                           // bit n: some name has n characters
  std::uint8_t first_[header_name::max_size + 1] = {};  // the slots of n characters that are found: from here
  std::uint8_t end_[header_name::max_size + 1] = {};    // to here
  int size_ = 0;
  header_name names_[max_headers];
  std::uint8_t by_name_[max_headers] = {};  // the slots in the order of their names
  std::uint8_t rank_[max_headers] = {};     // the place of each slot in that
};

}  // namespace waybill::inline v0
