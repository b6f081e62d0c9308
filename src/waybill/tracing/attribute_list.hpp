// Attributes of a record that is still open: the last value of a key wins, limits hold, drops are counted.
#pragma once

#include <waybill/tracing/bounded_memory.hpp>
#include <waybill/tracing/span_limits.hpp>

#include <cstdint>
#include <initializer_list>
#include <span>

namespace waybill::inline v0 {

class attribute_list {
 public:
  attribute_list() noexcept = default;
  // With room for the first attributes, as far as a fresh memory has some.
  attribute_list(bounded_memory& memory, const span_limits& limits) noexcept
      : list_(memory, limits.attribute_count) {}

  // Copies key and value. An absent value changes nothing.
  [[gnu::always_inline]] void set(bounded_memory& memory, const span_limits& limits, std::string_view key,
                                  const attribute_value& value) noexcept {
    if (!add_plain(memory, limits, key, value)) set_any(memory, limits, key, value);
  }
  void set(bounded_memory& memory, const span_limits& limits,
           std::initializer_list<attribute> attributes) noexcept;
  // The same for a new key and a value that are both short and plain, without a call; false, and nothing done, for others.
  [[gnu::always_inline]] bool add_short(bounded_memory& memory, const span_limits& limits,
                                        std::string_view key, const attribute_value& value) noexcept {
    return key.size() - 1 < most_copied_inline && value.size() <= most_copied_inline &&
           add_plain(memory, limits, key, value);
  }

  attribute* find(std::string_view key) noexcept {
    return key.empty() || (marks_ >> mark_of(key) & 1) == 0 ? nullptr : find_marked(key);
  }
  std::span<const attribute> view() const noexcept { return {list_.data(), list_.size()}; }
  std::uint32_t dropped() const noexcept { return dropped_; }
  void count_dropped() noexcept { ++dropped_; }

 private:
  static constexpr std::size_t longest_key = 255;

  // Nothing but a number, or text.
  static constexpr bool is_plain(value_kind kind) noexcept {
    return kind == value_kind::boolean || kind == value_kind::integer || kind == value_kind::number ||
           kind == value_kind::text;
  }

  // One of 64 bits, by the key's length and its last character. A key whose bit is not set is not in the list: most keys
  // are new, and comparing each with all before it would cost more than copying it.
  static unsigned mark_of(std::string_view key) noexcept {
    return (static_cast<unsigned>(key.size()) * 7 + static_cast<std::uint8_t>(key.back())) & 63;
  }
  attribute* find_marked(std::string_view key) noexcept;

  // A new key with a plain value where there is room at hand; false, and nothing done, for whatever else it is. Inline,
  // and key and text in one piece of memory, for this is what nearly every attribute of every span costs.
  [[gnu::always_inline]] bool add_plain(bounded_memory& memory, const span_limits& limits,
                                        std::string_view key, const attribute_value& value) noexcept {
    const std::size_t text_size = value.size();  // 0 of a number
    if (!is_plain(value.kind()) || key.size() - 1 >= longest_key)
      return false;  // no key is the longest of all
    const unsigned mark = mark_of(key);
    if ((marks_ >> mark & 1) != 0 || list_.is_full() || text_size > limits.attribute_value_length ||
        !memory.has_room(key.size() + text_size)) {
      return false;
    }
    marks_ |= std::uint64_t{1} << mark;
    char* const room = memory.claim(key.size() + text_size);
    copy_bytes(room, key.data(), key.size());
    attribute& added = list_.push_within(std::string_view{room, key.size()}, value);
    if (value.kind() != value_kind::text) return true;
    copy_bytes(room + key.size(), value.as_text().data(), text_size);
    added.value = value.moved_to(room + key.size());
    return true;
  }
  void set_any(bounded_memory& memory, const span_limits& limits, std::string_view key,
               const attribute_value& value) noexcept;

  bounded_array<attribute> list_;
  std::uint32_t dropped_ = 0;
  std::uint64_t marks_ = 0;
};

}  // namespace waybill::inline v0
