// Walks quickly over what lists of key=value are made of nearly always: plain members, with commas between them.
//
// A plain member is a key, "=", and a value, of the usual characters and without white space. Whoever walks asks for one
// plain member after another, and turns to the full grammar where there is none.
#pragma once

#include <waybill/base/byte_block.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill::inline v0 {

// Alphabet: two functions on blocks, keys and values; neither has a comma or a zero byte, and keys have no "=".
template <class Alphabet>
class pair_window {
 public:
  pair_window(const char* at, const char* end) noexcept : at_(at), end_(end) { look(); }

  // False when the next member is not plain, or is longer than the window, or there is none.
  bool next() noexcept {
    if (take()) return true;
    if (used_ == 0 || at_ + size_ == end_) return false;
    look();  // the end of the window may have cut the member off
    return take();
  }

  std::string_view key() const noexcept { return {key_, static_cast<std::size_t>(value_ - 1 - key_)}; }
  std::string_view value() const noexcept { return {value_, static_cast<std::size_t>(value_end_ - value_)}; }

  // Behind the last member that was taken, and behind its comma.
  const char* position() const noexcept { return at_ + used_; }

 private:
  // One less than there are bits, so that every run of ones in them has an end.
  static constexpr std::size_t max_size = 63;

  void look() noexcept {
    at_ += used_;
    used_ = 0;
    size_ = std::min(static_cast<std::size_t>(end_ - at_), max_size);
    keys_ = values_ = 0;
    for_each_block(at_, size_, [&](byte_block block, std::size_t offset) {
      keys_ |= to_bits(Alphabet::keys(block)) << offset;
      values_ |= to_bits(Alphabet::values(block)) << offset;
    });
  }

  // Where the run of ones that begins at a bit ends.
  static std::size_t run_end(std::uint64_t bits, std::size_t begin) noexcept {
    return begin + static_cast<unsigned>(__builtin_ctzll(~(bits >> begin)));
  }

  bool take() noexcept {
    std::size_t begin = used_;
    while (begin != size_ && at_[begin] == ' ') ++begin;  // behind a comma a space is usual, too
    const std::size_t key_end = run_end(keys_, begin);
    if (key_end == begin || key_end >= size_ || at_[key_end] != '=') return false;
    const std::size_t value_end = run_end(values_, key_end + 1);
    std::size_t next = value_end + 1;
    if (next >= size_) {
      // The end of the window, which is to be the end of the list; a comma there has an empty member behind it.
      if (value_end != size_ || at_ + size_ != end_) return false;
      next = size_;
    } else if (at_[value_end] != ',') {
      return false;
    }
    key_ = at_ + begin;
    value_ = at_ + key_end + 1;
    value_end_ = at_ + value_end;
    used_ = next;
    return true;
  }

  const char* at_;
  const char* end_;
  std::size_t size_ = 0;
  std::size_t used_ = 0;
  std::uint64_t keys_ = 0;    // bit n: byte n belongs into a key
  std::uint64_t values_ = 0;  // … into a value
  const char* key_ = nullptr;
  const char* value_ = nullptr;
  const char* value_end_ = nullptr;
};

}  // namespace waybill::inline v0
