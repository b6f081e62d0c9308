// Attributes of a record that is still open: the last value of a key wins, limits hold, drops are counted.
#pragma once

#include <waybill/tracing/bounded_memory.hpp>
#include <waybill/tracing/span_limits.hpp>

#include <cstdint>
#include <span>

namespace waybill::inline v0 {

class attribute_list {
 public:
  // Copies key and value. An absent value changes nothing.
  void set(bounded_memory& memory, const span_limits& limits, std::string_view key,
           const attribute_value& value) noexcept;

  attribute* find(std::string_view key) noexcept;
  std::span<const attribute> view() const noexcept { return {list_.data(), list_.size()}; }
  std::uint32_t dropped() const noexcept { return dropped_; }
  void count_dropped() noexcept { ++dropped_; }

 private:
  bounded_array<attribute> list_;
  std::uint32_t dropped_ = 0;
};

}  // namespace waybill::inline v0
