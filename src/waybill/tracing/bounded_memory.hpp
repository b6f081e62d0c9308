// The memory of one record: a pooled kilobyte, a few larger pieces behind it, and then no more.
//
// What it hands out lives as long as it does and is never moved. Not thread-safe.
#pragma once

#include <waybill/record/attribute.hpp>

#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>

namespace waybill::inline v0 {

class bounded_memory {
 public:
  // first: what is left of the pooled block. limit: bytes in all, the first piece included.
  bounded_memory(char* first, std::size_t size, std::size_t limit) noexcept
      : next_(first), end_(first + size), left_(limit > size ? limit - size : 0) {}
  ~bounded_memory();
  bounded_memory(const bounded_memory&) = delete;
  bounded_memory& operator=(const bounded_memory&) = delete;

  // Null when the limit is reached or the allocator has nothing.
  void* allocate(std::size_t size, std::size_t alignment) noexcept;

  // A copy, cut at a character's border to at most limit bytes; null data when there is no room.
  std::string_view copy(std::string_view text, std::size_t limit) noexcept;

  // Deep copies of lists and groups, at most 8 deep. Absent when there is no room. cut_text: bytes a text may keep.
  attribute_value copy(const attribute_value& value, std::size_t cut_text, int depth = 0) noexcept;

 private:
  struct piece {
    piece* before;
  };
  char* next_;
  char* end_;
  std::size_t left_;  // bytes that larger pieces may still take
  piece* pieces_ = nullptr;
};

// An array that grows inside a bounded_memory; a larger copy leaves the smaller one behind.
template <class T>
class bounded_array {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  T* data() noexcept { return data_; }
  const T* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  T* begin() noexcept { return data_; }
  T* end() noexcept { return data_ + size_; }
  void clear() noexcept { size_ = 0; }

  bool push(bounded_memory& memory, const T& value) noexcept {
    if (size_ == capacity_) {
      const std::size_t larger = capacity_ == 0 ? 8 : 2 * capacity_;
      auto* const moved = static_cast<T*>(memory.allocate(larger * sizeof(T), alignof(T)));
      if (moved == nullptr) return false;
      if (size_ != 0) std::memcpy(static_cast<void*>(moved), data_, size_ * sizeof(T));
      data_ = moved;
      capacity_ = static_cast<std::uint32_t>(larger);
    }
    new (data_ + size_++) T(value);
    return true;
  }

 private:
  T* data_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace waybill::inline v0
