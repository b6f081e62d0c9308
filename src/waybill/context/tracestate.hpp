// tracestate: other tracing systems' notes on a trace, carried as the text that arrived (W3C trace-context level 2 §3.3).
//
// Nothing here copies or re-serialises: readers get views, editors return the old text with one member changed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

inline constexpr std::size_t max_tracestate_members = 32;
inline constexpr std::size_t max_tracestate_size = 8192;  // bytes; longer is refused before it is looked at

// Walks over the members: while (members.next()) … members.key() …
class tracestate_members {
 public:
  explicit tracestate_members(std::string_view text) noexcept
      : at_(text.data()), end_(text.data() + text.size()) {}

  // False at the end, and before the first member that breaks the grammar.
  bool next() noexcept;
  bool malformed() const noexcept { return malformed_; }

  std::string_view key() const noexcept { return key_; }
  std::string_view value() const noexcept { return value_; }
  // What was not read yet.
  std::string_view rest() const noexcept { return {at_, static_cast<std::size_t>(end_ - at_)}; }
  // "key=value" as it stands in the text, without the white space around it.
  std::string_view text() const noexcept {
    return {key_.data(), static_cast<std::size_t>(value_.data() + value_.size() - key_.data())};
  }

 private:
  const char* at_;
  const char* end_;
  std::string_view key_;
  std::string_view value_;
  bool malformed_ = false;
};

// How many members one header holds; empty when one of them breaks the grammar. Empty members do not count.
std::optional<std::size_t> count_tracestate_members(std::string_view text) noexcept;

std::optional<std::string_view> find_tracestate_member(std::string_view text, std::string_view key) noexcept;

// text with key set: on the left, the other members as they were, the right-most left out if they would be 33. Empty when
// key, value or text break the grammar.
std::optional<std::string> set_tracestate_member(std::string_view text, std::string_view key,
                                                 std::string_view value);
std::string remove_tracestate_member(std::string_view text, std::string_view key);

// Writes what fits of text into limit bytes: whole members, those longer than 128 left out first, then from the right
// (§3.3.1.5). out has room for text.size(). Returns the bytes written.
std::size_t shorten_tracestate(std::string_view text, std::size_t limit, char* out) noexcept;

}  // namespace waybill::inline v0
