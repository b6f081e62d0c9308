// Walks quickly over what lists of key=value are made of nearly always: plain members, with commas between them.
//
// A plain member is a key, "=", and a value, of the usual characters and without white space. Whoever walks asks for one
// plain member after another, and turns to the full grammar where there is none.
#pragma once

#include <waybill/base/byte_block.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill::inline v0 {

// Alphabet: two functions on blocks, keys and values; neither has a comma, keys have no "=".
template <class Alphabet>
class pair_window {
 public:
  pair_window(const char* at, const char* end) noexcept : at_(at), end_(end) { look(); }

  // False when the next member is not plain, or does not end within 64 bytes, or there is none.
  bool next() noexcept {
    if (take()) return true;
    if (used_ == 0 || at_ + size_ == end_) return false;
    look();  // the member may have been cut off by the end of the window
    return take();
  }

  std::string_view key() const noexcept { return key_; }
  std::string_view value() const noexcept { return value_; }

  // Behind the last member that was taken, and behind its comma.
  const char* position() const noexcept { return at_ + used_; }

 private:
  void look() noexcept {
    at_ += used_;
    used_ = 0;
    size_ = std::min(static_cast<std::size_t>(end_ - at_), std::size_t{64});
    keys_ = kind_bits(at_, size_, Alphabet::keys);
    values_ = kind_bits(at_, size_, Alphabet::values);
  }

  static std::size_t run_from(std::uint64_t bits, std::size_t at) noexcept {
    return static_cast<std::size_t>(std::countr_one(bits >> at));
  }

  bool take() noexcept {
    const std::size_t begin = used_;
    if (begin >= size_) return false;
    const std::size_t key_end = begin + run_from(keys_, begin);
    if (key_end == begin || key_end + 1 >= size_ || at_[key_end] != '=') return false;
    const std::size_t value = key_end + 1;
    const std::size_t value_end = value + run_from(values_, value);
    if (value_end == size_) {
      if (at_ + size_ != end_) return false;
      used_ = size_;
    } else {
      if (at_[value_end] != ',' || at_ + value_end + 1 == end_) return false;  // an empty member at the end is not plain
      used_ = value_end + 1;
    }
    key_ = {at_ + begin, key_end - begin};
    value_ = {at_ + value, value_end - value};
    return true;
  }

  const char* at_;
  const char* end_;
  std::size_t size_ = 0;
  std::size_t used_ = 0;
  std::uint64_t keys_ = 0;
  std::uint64_t values_ = 0;
  std::string_view key_;
  std::string_view value_;
};

}  // namespace waybill::inline v0
