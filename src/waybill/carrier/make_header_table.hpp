// How names and tables of names are made, when the program is compiled: for the one place that has such constants.
#pragma once

#include <waybill/carrier/header_table.hpp>

namespace waybill::inline v0 {

// Stops the compilation with a sentence when a constant is made from something wrong: it is not constexpr, nor anywhere.
void not_a_constant(const char* why);

consteval header_name::header_name(std::string_view text) : size_(static_cast<std::uint8_t>(text.size())) {
  if (text.size() < min_size || text.size() > max_size)
    not_a_constant("a header name has 2 to 32 characters");
  char case_bits[max_size] = {};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] >= 'A' && text[i] <= 'Z') not_a_constant("a header name is written in lower case");
    text_[i] = text[i];
    case_bits[i] = text[i] >= 'a' && text[i] <= 'z' ? '\x20' : '\0';
  }
  ends_ = name_ends::of(text);
  case_bits_ = name_ends::of({case_bits, text.size()});
}

consteval bool header_table::contains(std::string_view name) const {
  for (int slot = 0; slot < size_; ++slot) {
    if (names_[slot].text() == name) return true;
  }
  return false;
}

consteval header_table::header_table(std::span<const std::string_view> names) {
  for (std::size_t size = 0; size <= header_name::max_size; ++size) {
    first_[size] = static_cast<std::uint8_t>(size_);
    for (const auto name : names) {
      if (name.size() != size || contains(name)) continue;
      names_[size_++] = header_name{name};
      lengths_ |= std::uint64_t{1} << size;
    }
    end_[size] = static_cast<std::uint8_t>(size_);
  }
  for (int slot = 0; slot < size_; ++slot) {
    for (int other = 0; other < size_; ++other) {
      if (names_[other].text() < names_[slot].text()) ++rank_[slot];
    }
    by_name_[rank_[slot]] = static_cast<std::uint8_t>(slot);
  }
}

consteval header_table::header_table(const header_table& all, std::span<const std::string_view> found)
    : header_table(all) {
  lengths_ = 0;
  for (std::size_t size = 0; size <= header_name::max_size; ++size) end_[size] = first_[size];
  for (const auto name : found) {
    lengths_ |= std::uint64_t{1} << name.size();
    std::uint8_t& end = end_[name.size()];
    const auto slot = static_cast<std::uint8_t>(all.slot_of(name));
    if (slot > end) not_a_constant("names that are found come before those of the same length that are not");
    if (slot == end) ++end;
  }
}

consteval int header_table::slot_of(std::string_view name) const {
  for (int slot = 0; slot < size_; ++slot) {
    if (names_[slot].text() == name) return slot;
  }
  not_a_constant("there is no header of this name in the table");
  return -1;
}

}  // namespace waybill::inline v0
