// Builds one record_block out of many records: the memory behind whatever was decoded, read back or made up in a test.
//
// Pointers it hands out stay where they are until the block is released. One arena, one thread.
#pragma once

#include <waybill/record/span_batch.hpp>

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

class record_arena {
 public:
  record_arena();
  ~record_arena();
  record_arena(record_arena&&) noexcept;
  record_arena& operator=(record_arena&&) noexcept;

  std::vector<span_record>& spans() noexcept;
  std::vector<log_record>& logs() noexcept;

  std::string_view copy(std::string_view text);
  // A received body that records point into: kept as it is, never copied.
  std::string_view adopt(std::string&& body);
  // Deep copies: text, lists and groups.
  attribute_value copy(const attribute_value& value);
  std::span<const attribute> copy(std::span<const attribute> attributes);

  template <class T>  // uninitialised trivially destructible elements
  T* allocate(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(allocate_bytes(count * sizeof(T), alignof(T)));
  }
  template <class T>
  std::span<const T> copy_array(const std::vector<T>& from) {
    T* const to = allocate<T>(from.size());
    std::uninitialized_copy(from.begin(), from.end(), to);
    return {to, from.size()};
  }
  template <class T>
  const T* make(const T& value) {
    return new (allocate<T>(1)) T(value);
  }

  std::size_t bytes_used() const noexcept;

  // Gives everything to a batch; the arena is empty afterwards.
  span_batch finish();

 private:
  void* allocate_bytes(std::size_t size, std::size_t alignment);

  struct block;
  std::unique_ptr<block> block_;
};

}  // namespace waybill::inline v0
