#include <waybill/context/baggage.hpp>

#include <waybill/base/byte_block.hpp>
#include <waybill/base/byte_set.hpp>
#include <waybill/base/copy_bytes.hpp>
#include <waybill/base/percent_encoding.hpp>
#include <waybill/base/utf8.hpp>

#include <bit>
#include <cstring>

namespace waybill::inline v0 {
namespace {

constexpr byte_set alphanumeric = byte_set{'a', 'z'} | byte_set{'A', 'Z'} | byte_set{'0', '9'};
constexpr byte_set token = alphanumeric | byte_set{"!#$%&'*+-.^_`|~"};     // RFC 7230 §3.2.6
constexpr byte_set value_bytes = byte_set{'!', '~'} - byte_set{"\",;\\"};  // baggage-octet
constexpr byte_set white_space{" \t"};

const char* trim_end(const char* begin, const char* end) noexcept {
  while (end != begin && white_space.contains(end[-1])) --end;
  return end;
}

std::string_view view(const char* begin, const char* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

// Where the value begins of the member of that key that begins at `at`, in [begin, end). Null when there is none.
const char* value_of_member(const char* at, const char* begin, const char* end,
                            std::string_view key) noexcept {
  const std::ptrdiff_t least = static_cast<std::ptrdiff_t>(key.size()) + 1;
  if (end - at < least) return nullptr;
  if (at != begin && at[-1] != ',') {
    const char* const before = trim_end(begin, at);
    if (before != begin && before[-1] != ',') return nullptr;
  }
  if (!equal_bytes(at, key.data(), key.size())) return nullptr;
  at += key.size();
  if (*at != '=') at = white_space.skip(at, end);
  if (at == end || *at != '=') return nullptr;
  ++at;
  while (at != end && white_space.contains(*at)) ++at;
  return at;
}

std::string_view value_at(const char* begin, const char* end) noexcept {
  return view(begin, value_bytes.skip(begin, end));
}

bool is_token(std::string_view text) noexcept {
  const char* const end = text.data() + text.size();
  return !text.empty() && token.skip(text.data(), end) == end;
}

}  // namespace

// Steps over a member that breaks the grammar.
bool baggage_members::refuse() noexcept {
  const void* const comma = std::memchr(begin_, ',', static_cast<std::size_t>(end_ - begin_));
  const char* const member_end = comma == nullptr ? end_ : static_cast<const char*>(comma);
  text_end_ = trim_end(begin_, member_end);
  properties_ = text_end_;
  key_end_ = begin_;
  value_ = value_end_ = begin_;
  valid_ = false;
  at_ = comma == nullptr ? nullptr : member_end + 1;
  return true;
}

// *(OWS ";" OWS property), from behind a value. Returns where the member ends, or null. The last property may be empty: it is
// passed over, for many SDKs write and read a semicolon with nothing behind it.
const char* baggage_members::read_properties(const char* at) noexcept {
  properties_ = nullptr;
  at = white_space.skip(at, end_);
  while (at != end_ && *at == ';') {
    const char* const semicolon = at;
    at = white_space.skip(at + 1, end_);
    const char* const name = at;
    at = token.skip(at, end_);
    if (at == name) {
      if (at != end_ && *at != ',') return nullptr;
      text_end_ = trim_end(key_end_, semicolon);
      if (properties_ == nullptr) properties_ = text_end_;
      return at;
    }
    if (properties_ == nullptr) properties_ = name;
    at = white_space.skip(at, end_);
    if (at != end_ && *at == '=')
      at = white_space.skip(value_bytes.skip(white_space.skip(at + 1, end_), end_), end_);
  }
  if (at != end_ && *at != ',') return nullptr;
  text_end_ = trim_end(value_end_, at);
  if (properties_ == nullptr) properties_ = text_end_;
  return at;
}

// key OWS "=" OWS value *(OWS ";" OWS property)
bool baggage_members::next() noexcept {
  const char* at = at_;
  if (at == nullptr) return false;
  const char* const end = end_;
  if (at != end && white_space.contains(*at)) at = white_space.skip(at, end);
  begin_ = at;
  at = token.skip(at, end);
  key_end_ = at;
  if (at != end && *at != '=') at = white_space.skip(at, end);
  if (at == end || *at != '=' || key_end_ == begin_) return refuse();
  const char* const behind_equals = ++at;
  if (at != end && white_space.contains(*at)) at = white_space.skip(at, end);
  value_ = at;
  at = value_bytes.skip(at, end);
  value_end_ = at;
  // White space before no value stands behind the member.
  properties_ = text_end_ = at == value_ ? behind_equals : at;
  if (at != end && *at != ',') {
    at = read_properties(at);
    if (at == nullptr) return refuse();
  }
  valid_ = true;
  at_ = at == end ? nullptr : at + 1;
  return true;
}

bool baggage_members::has_semicolon_behind() const noexcept {
  const char* const at = white_space.skip(text_end_, end_);
  return at != end_ && *at == ';';
}

void keep_baggage(std::span<const std::string_view> headers, function_ref<bool(std::string_view key)> wanted,
                  kept_text& kept) noexcept {
  std::size_t count = 0;
  for (const auto header : headers) {
    kept.part();
    for (baggage_members members{header}; members.next();) {
      if (members.valid() && wanted(members.key())) [[likely]] {
        if (++count > max_baggage_members || !kept.keep(members.text())) return;
        if (!members.ends_early()) [[likely]]
          continue;
      }
      kept.part();
    }
  }
}

bool fits_baggage(std::span<const std::string_view> headers) noexcept {
  std::size_t size = 0;
  std::size_t count = 0;
  for (const auto header : headers) {
    if (header.empty()) continue;
    size += header.size() + (size == 0 ? 0 : 1);
    if (size > max_baggage_size) return false;
    for (baggage_members members{header}; members.next();) ++count;
  }
  return count <= max_baggage_members;
}

std::optional<std::string_view> find_baggage_member(std::string_view text, std::string_view key) noexcept {
  if (key.empty() || text.empty()) return std::nullopt;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  // From the right, for the last one counts. Worth looking closer is only where the key's first character stands behind a
  // comma or white space, or at the very beginning.
  const char* above = end;
  while (above - begin > static_cast<std::ptrdiff_t>(sizeof(byte_block))) {
    above -= sizeof(byte_block);
    std::uint64_t worth =
        to_bits(equal_to(load_block(above), key.front()) & in_range(load_block(above - 1), '\t', ','));
    while (worth != 0) {
      const int last = 63 - std::countl_zero(worth);
      if (const char* const value = value_of_member(above + last, begin, end, key))
        return value_at(value, end);
      worth ^= std::uint64_t{1} << last;
    }
  }
  while (above != begin) {
    if (*--above != key.front()) continue;
    if (const char* const value = value_of_member(above, begin, end, key)) return value_at(value, end);
  }
  return std::nullopt;
}

std::optional<std::string> baggage_value(std::string_view text, std::string_view key) {
  const auto encoded = find_baggage_member(text, key);
  if (!encoded) return std::nullopt;
  return decode_baggage_value(*encoded);
}

std::string decode_baggage_value(std::string_view encoded) {
  std::string value(encoded.size(), '\0');
  value.resize(percent_decode(encoded, value.data()));
  if (!is_valid_utf8(value)) value = to_valid_utf8(value);
  return value;
}

std::optional<std::string> set_baggage_member(std::string_view text, std::string_view key,
                                              std::string_view value) {
  if (!is_token(key)) return std::nullopt;
  std::string edited = remove_baggage_member(text, key);
  if (!edited.empty()) edited += ',';
  edited.append(key).append(1, '=');
  const std::size_t before = edited.size();
  if (value.size() > max_baggage_size) return std::nullopt;
  edited.resize(before + 3 * value.size());
  edited.resize(before + percent_encode(value, edited.data() + before));
  std::size_t count = 0;
  for (baggage_members members{edited}; members.next();) ++count;
  if (edited.size() > max_baggage_size || count > max_baggage_members) return std::nullopt;
  return edited;
}

std::string remove_baggage_member(std::string_view text, std::string_view key) {
  kept_text others;
  keep_baggage(
      {&text, 1}, [&](std::string_view other) { return other != key; }, others);
  std::string edited(others.size(), '\0');
  others.write(edited.data());
  return edited;
}

std::size_t shorten_baggage(std::string_view text, std::size_t limit, std::string_view preferred,
                            char* out) noexcept {
  const auto is_preferred = [&](const baggage_members& members) {
    return members.key().starts_with(preferred);
  };
  std::size_t used = 0;
  for (baggage_members members{text}; members.next();) {
    if (members.valid() && is_preferred(members)) used += members.text().size() + (used == 0 ? 0 : 1);
  }
  if (used > limit) return 0;
  kept_text kept;
  bool room = true;
  for (baggage_members members{text}; members.next();) {
    bool stays = members.valid();
    if (stays && !is_preferred(members)) {
      const std::size_t size = members.text().size() + (used == 0 ? 0 : 1);
      room = room && used + size <= limit;
      stays = room;
      if (stays) used += size;
    }
    // Each kept member stands for itself, so that white space between two is not counted against the limit.
    kept.part();
    if (stays && !kept.keep(members.text())) break;
  }
  return static_cast<std::size_t>(kept.write(out) - out);
}

}  // namespace waybill::inline v0
