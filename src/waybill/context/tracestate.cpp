#include <waybill/context/tracestate.hpp>

#include <waybill/base/byte_set.hpp>
#include <waybill/context/kept_text.hpp>
#include <waybill/context/pair_window.hpp>

namespace waybill::inline v0 {
namespace {

constexpr std::ptrdiff_t max_key_size = 256;
constexpr std::ptrdiff_t max_value_size = 256;
constexpr std::size_t long_member_size = 128;

constexpr byte_set key_start = byte_set{'a', 'z'} | byte_set{'0', '9'};
constexpr byte_set key_bytes = key_start | byte_set{"_-*/@"};
constexpr byte_set value_bytes = byte_set{' ', '~'} - byte_set{",="};
constexpr byte_set white_space{" \t"};

struct plain_tracestate {
  static constexpr bool empty_values = false;
  static byte_block first_of_key(byte_block block) noexcept {
    return in_range(block, 'a', 'z') | in_range(block, '0', '9');
  }
  static byte_block keys(byte_block block) noexcept {
    return first_of_key(block) | equal_to(block, '_') | equal_to(block, '-') | equal_to(block, '/') |
           equal_to(block, '@');
  }
  static byte_block values(byte_block block) noexcept {
    return in_range(block, '!', '~') & ~(equal_to(block, ',') | equal_to(block, '='));
  }
};

// Leaves out the member called key, and whatever comes after the first limit others.
void keep_others(std::string_view text, std::string_view key, std::size_t limit, kept_text& kept) noexcept {
  std::size_t count = 0;
  for (tracestate_members members{text}; members.next();) {
    if (members.key() == key) {
      kept.part();
    } else if (count == limit) {
      return;
    } else {
      ++count;
      kept.keep(members.text());
    }
  }
}

}  // namespace

bool tracestate_members::next() noexcept {
  const char* at = at_;
  const char* const end = end_;
  while (at != end && (*at == ',' || white_space.contains(*at))) ++at;  // empty members are legal
  at_ = at;
  if (at == end) return false;
  malformed_ = true;
  const char* const key = at;
  if (!key_start.contains(*at)) return false;
  at = key_bytes.skip(at + 1, end);
  if (at == end || *at != '=' || at - key > max_key_size) return false;
  const char* const value = at + 1;
  at = value_bytes.skip(value, end);
  const char* value_end = at;
  if (at != end && *at != ',') {
    at = white_space.skip(at, end);  // tabs; spaces were taken for the value's
    if (at != end && *at != ',') return false;
  }
  while (value_end != value && value_end[-1] == ' ') --value_end;
  if (value_end == value || value_end - value > max_value_size) return false;
  key_ = {key, static_cast<std::size_t>(value - 1 - key)};
  value_ = {value, static_cast<std::size_t>(value_end - value)};
  malformed_ = false;
  at_ = at;
  return true;
}

std::optional<std::size_t> count_tracestate_members(std::string_view text) noexcept {
  std::size_t count = 0;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const pair_window<plain_tracestate> plain{at, end};
    if (plain.size() != 0) {
      count += plain.count();
      at += plain.size();
      continue;
    }
    tracestate_members members{{at, static_cast<std::size_t>(end - at)}};
    if (members.next()) ++count;
    if (members.malformed()) return std::nullopt;
    at = members.rest().data();
  }
  return count;
}

std::optional<std::string_view> find_tracestate_member(std::string_view text, std::string_view key) noexcept {
  for (tracestate_members members{text}; members.next();) {
    if (members.key() == key) return members.value();
  }
  return std::nullopt;
}

std::optional<std::string> set_tracestate_member(std::string_view text, std::string_view key,
                                                 std::string_view value) {
  std::string edited;
  edited.append(key).append(1, '=').append(value);
  tracestate_members own{edited};
  if (!own.next() || own.key() != key || own.value() != value) return std::nullopt;
  if (!count_tracestate_members(text)) return std::nullopt;
  kept_text others;
  keep_others(text, key, max_tracestate_members - 1, others);
  for (const auto piece : others.pieces()) edited.append(1, ',').append(piece);
  return edited;
}

std::string remove_tracestate_member(std::string_view text, std::string_view key) {
  kept_text others;
  keep_others(text, key, max_tracestate_members, others);
  std::string edited(others.size(), '\0');
  others.write(edited.data());
  return edited;
}

std::size_t shorten_tracestate(std::string_view text, std::size_t limit, char* out) noexcept {
  const bool too_long = text.size() > limit;
  kept_text kept;
  for (tracestate_members members{text}; members.next();) {
    if (too_long && members.text().size() > long_member_size) {
      kept.part();
    } else if (kept.size_with(members.text()) > limit || !kept.keep(members.text())) {
      break;
    }
  }
  return static_cast<std::size_t>(kept.write(out) - out);
}

}  // namespace waybill::inline v0
