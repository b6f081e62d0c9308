// Reads quickly what lists of key=value are made of nearly always: plain members, with commas between them.
//
// A plain member is a key, "=", and a value, of the usual characters and without white space. Whoever walks over a list takes
// the plain members at its beginning, up to 63 bytes of them at once, and turns to the full grammar where there are none.
#pragma once

#include <waybill/base/byte_block.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill::inline v0 {

// Alphabet: functions on blocks. first_of_key, keys: what a key begins with and is made of, without "="; values. None of them
// has a comma, a space or a zero byte. And empty_values: whether a value may be empty.
//
// One bit stands for each byte, and all members are read at the same time. A bit that is added to the first one of a run of
// ones is carried to behind the run: that is how keys and values find their ends.
template <class Alphabet>
class pair_window {
 public:
  pair_window(const char* at, const char* end) noexcept : at_(at) {
    const std::size_t size = std::min(static_cast<std::size_t>(end - at), max_size);
    std::uint64_t firsts = 0, keys = 0, values = 0, equals = 0, commas = 0;
    for_each_block(at, size, [&](byte_block block, std::size_t offset) {
      firsts |= to_bits(Alphabet::first_of_key(block)) << offset;
      keys |= to_bits(Alphabet::keys(block)) << offset;
      values |= to_bits(Alphabet::values(block)) << offset;
      equals |= to_bits(equal_to(block, '=')) << offset;
      commas |= to_bits(equal_to(block, ',')) << offset;
    });
    starts_ = commas << 1 | 1;
    const std::uint64_t behind = std::uint64_t{1} << size;
    if ((starts_ & ~keys & (behind - 1)) != 0) skip_spaces(size);  // behind a comma a space is usual, too
    if (at + size == end) commas |= behind;
    key_ends_ = (starts_ + keys) & ~keys;
    const std::uint64_t value_starts = (key_ends_ & equals) << 1;
    value_ends_ = (value_starts + values) & ~values;
    std::uint64_t wrong = (starts_ & ~firsts) | (key_ends_ & ~equals) | (value_ends_ & ~commas);
    if (!Alphabet::empty_values) wrong |= value_starts & ~values;
    // What is wrong says so inside its member or at the comma behind it, and harms nothing before that.
    member_ends_ = commas & ((wrong & -wrong) - 1);
    if (member_ends_ != 0)
      size_ = std::min(size, 64 - static_cast<std::size_t>(std::countl_zero(member_ends_)));
  }

  // How many bytes the plain members at the beginning take, with the comma behind the last one; 0 when there are none.
  std::size_t size() const noexcept { return size_; }
  std::size_t count() const noexcept {  // std::popcount would be a call, and they are few
    std::size_t count = 0;
    for (std::uint64_t left = member_ends_; left != 0; left &= left - 1) ++count;
    return count;
  }

  // Calls visit(key, value) for those whose key begins with a character that is wanted.
  template <class Wanted, class Visit>
  void for_each(const Wanted& wanted, const Visit& visit) const noexcept {
    const auto next_of = [](std::uint64_t ends, std::uint64_t from) {
      return static_cast<std::size_t>(std::countr_zero(ends & -from));
    };
    std::uint64_t left = starts_ & ((std::uint64_t{1} << size_) - 1);
    for (; left != 0; left &= left - 1) {
      const auto begin = static_cast<std::size_t>(std::countr_zero(left));
      if (!wanted(at_[begin])) continue;
      const std::size_t key_end = next_of(key_ends_, left & -left);
      const std::size_t value_end = next_of(value_ends_, std::uint64_t{1} << key_end);
      visit(std::string_view{at_ + begin, key_end - begin},
            std::string_view{at_ + key_end + 1, value_end - key_end - 1});
    }
  }

 private:
  // One less than there are bits, so that the end of the list has one, too.
  static constexpr std::size_t max_size = 63;

  [[gnu::noinline]] void skip_spaces(std::size_t size) noexcept {
    std::uint64_t spaces = 0;
    for_each_block(at_, size, [&](byte_block block, std::size_t offset) {
      spaces |= to_bits(equal_to(block, ' ')) << offset;
    });
    starts_ = (starts_ + spaces) & ~spaces;
  }

  const char* at_;
  std::size_t size_ = 0;
  std::uint64_t starts_;       // of keys
  std::uint64_t key_ends_;     // what is behind a key: its "="
  std::uint64_t value_ends_;   // what is behind a value: its comma, or the end of the list
  std::uint64_t member_ends_;  // the same, of plain members alone
};

}  // namespace waybill::inline v0
