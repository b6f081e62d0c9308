// What one pass over a carrier found of our headers: views, in any spelling, in the order of the carrier.
#pragma once

#include <waybill/carrier/header_table.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

// Views into the carrier, valid until it changes.
class received_headers {
 public:
  static constexpr std::size_t max_values = 4;  // of one header; further ones are counted and left

  explicit received_headers(const header_table& names) noexcept : names_(names) {}
  received_headers(const received_headers&) = delete;
  received_headers& operator=(const received_headers&) = delete;

  // One entry of the carrier, whatever it is.
  [[gnu::always_inline]] void offer(std::string_view name, std::string_view value) noexcept {
    if (const int slot = names_.find(name); slot >= 0) add(slot, value);
  }
  void add(int slot, std::string_view value) noexcept {
    const std::size_t before = counts_[slot];
    if (before < max_values) new (&values_.of[slot][before]) std::string_view{value};
    if (before < 255) ++counts_[slot];
    present_.add(slot);
  }

  const header_table& names() const noexcept { return names_; }
  header_set present() const noexcept { return present_; }
  // How often a header was there, up to 255: may be more than values() has.
  std::size_t count(int slot) const noexcept { return counts_[slot]; }
  std::span<const std::string_view> values(int slot) const noexcept;  // received_values.hpp

 private:
  const header_table& names_;
  header_set present_;
  std::uint8_t counts_[header_table::max_headers] = {};
  union unset_values {  // clearing two kilobytes for each message would cost more than reading it
    unset_values() noexcept {}
    std::string_view of[header_table::max_headers][max_values];
  } values_;
};

}  // namespace waybill::inline v0
