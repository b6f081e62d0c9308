// The memory of one record: a pooled kilobyte, a few larger pieces behind it, and then no more.
//
// What it hands out lives as long as it does and is never moved. Not thread-safe.
#pragma once

#include <waybill/base/copy_bytes.hpp>
#include <waybill/base/utf8.hpp>
#include <waybill/record/attribute.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
  ~bounded_memory() {
    if (pieces_ != nullptr) free_pieces();
  }
  bounded_memory(const bounded_memory&) = delete;
  bounded_memory& operator=(const bounded_memory&) = delete;

  // Null when the limit is reached or the allocator has nothing. alignment: a power of two.
  void* allocate(std::size_t size, std::size_t alignment) noexcept {
    const std::size_t padding = -reinterpret_cast<std::uintptr_t>(next_) & (alignment - 1);
    if (size + padding > static_cast<std::size_t>(end_ - next_)) [[unlikely]]
      return allocate_piece(size, alignment);
    void* const taken = next_ + padding;
    next_ += padding + size;
    return taken;
  }

  // Room for text in the piece that is at hand; to be claimed only where there is some.
  bool has_room(std::size_t size) const noexcept { return size <= static_cast<std::size_t>(end_ - next_); }
  char* claim(std::size_t size) noexcept {
    next_ += size;
    return next_ - size;
  }

  // A copy, cut at a character's border to at most limit bytes; null data when there is no room.
  std::string_view copy(std::string_view text, std::size_t limit) noexcept {
    if (text.size() > limit) [[unlikely]]
      text = utf8_prefix(text, limit);
    auto* const to = static_cast<char*>(allocate(text.size(), 1));
    if (to == nullptr) return {};
    copy_bytes(to, text.data(), text.size());
    return {to, text.size()};
  }

  // Deep copies of lists and groups, at most 8 deep. Absent when there is no room. cut_text: bytes a text may keep.
  attribute_value copy(const attribute_value& value, std::size_t cut_text) noexcept {
    switch (value.kind()) {
      case value_kind::text: {
        const std::string_view kept = copy(value.as_text(), cut_text);
        return kept.data() == nullptr ? attribute_value{} : attribute_value{kept};
      }
      case value_kind::absent:
      case value_kind::boolean:
      case value_kind::integer:
      case value_kind::number:
        return value;
      case value_kind::bytes:
      case value_kind::huge:
      case value_kind::list:
      case value_kind::group:
        break;
    }
    return copy_deep(value, cut_text, 0);
  }

 private:
  struct piece {
    piece* before;
  };
  void free_pieces() noexcept;
  void* allocate_piece(std::size_t size, std::size_t alignment) noexcept;
  attribute_value copy_deep(const attribute_value& value, std::size_t cut_text, int depth) noexcept;

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
  bounded_array() noexcept = default;
  // With room for the first elements, in a memory that was just made.
  bounded_array(bounded_memory& memory, std::size_t most) noexcept {
    const std::size_t room = std::min(first_capacity, most);
    if (!memory.has_room(room * sizeof(T) + alignof(T))) return;
    data_ = static_cast<T*>(memory.allocate(room * sizeof(T), alignof(T)));
    capacity_ = static_cast<std::uint32_t>(room);
  }

  T* data() noexcept { return data_; }
  const T* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  T* begin() noexcept { return data_; }
  T* end() noexcept { return data_ + size_; }
  void clear() noexcept { size_ = 0; }

  bool is_full() const noexcept { return size_ == capacity_; }
  template <class... Parts>
  T& push_within(const Parts&... parts) noexcept {  // not full
    return *new (data_ + size_++) T{parts...};
  }
  // False when it has most elements already, or there is no memory.
  bool push(bounded_memory& memory, const T& value, std::size_t most) noexcept {
    if (is_full() && !grow(memory, most)) return false;
    push_within(value);
    return true;
  }

 private:
  [[gnu::noinline]] bool grow(bounded_memory& memory, std::size_t most) noexcept {
    const std::size_t larger = std::min<std::size_t>(capacity_ == 0 ? first_capacity : 2 * capacity_, most);
    if (larger <= capacity_) return false;
    auto* const moved = static_cast<T*>(memory.allocate(larger * sizeof(T), alignof(T)));
    if (moved == nullptr) return false;
    if (size_ != 0) std::memcpy(static_cast<void*>(moved), data_, size_ * sizeof(T));
    data_ = moved;
    capacity_ = static_cast<std::uint32_t>(larger);
    return true;
  }

  static constexpr std::size_t first_capacity = 8;

  T* data_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace waybill::inline v0
