#include <waybill/carrier/json_object_members.hpp>

#include <waybill/base/byte_set.hpp>
#include <waybill/base/hex.hpp>

#include <bitset>
#include <cstdint>
#include <cstring>

namespace waybill::inline v0 {
namespace {

constexpr byte_set space{" \t\r\n"};
constexpr byte_set digits{'0', '9'};
constexpr byte_set plain = byte_set{' ', '\xFF'} - byte_set{"\"\\"};
constexpr byte_set simple_escapes{"\"\\/bfnrt"};

// Four hexadecimal digits behind \u; they were checked.
std::uint32_t code_unit(const char* at) noexcept {
  std::uint32_t unit = 0;
  for (int i = 0; i < 4; ++i) unit = unit << 4 | static_cast<std::uint32_t>(hex_digit(at[i]));
  return unit;
}

char* write_utf8(std::uint32_t code, char* out) noexcept {
  const auto put = [&](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return out;
}

}  // namespace

json_object_members::json_object_members(std::string_view text) noexcept
    : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), body_(begin_) {}

bool json_object_members::fail(const char* problem) noexcept {
  problem_ = problem;
  return false;
}

void json_object_members::skip_space() noexcept {
  at_ = space.skip(at_, end_);
}

bool json_object_members::read_string(std::string_view& raw, bool& escaped) noexcept {
  if (at_ == end_ || *at_ != '"') return fail("a string in quotes was expected");
  const char* const content = ++at_;
  escaped = false;
  for (;;) {
    at_ = plain.skip(at_, end_);
    if (at_ == end_) return fail("a string has no end");
    if (*at_ == '"') break;
    if (*at_ != '\\') return fail("a control character stands in a string");
    escaped = true;
    if (end_ - at_ < 2) return fail("a string has no end");
    if (at_[1] == 'u') {
      if (end_ - at_ < 6) return fail("a string has no end");
      for (int i = 2; i < 6; ++i) {
        if (hex_digit(at_[i]) < 0) return fail("\\u needs four hexadecimal digits");
      }
      at_ += 6;
    } else if (simple_escapes.contains(at_[1])) {
      at_ += 2;
    } else {
      return fail("there is no such escape");
    }
  }
  raw = {content, static_cast<std::size_t>(at_ - content)};
  ++at_;
  return true;
}

bool json_object_members::skip_number() noexcept {
  if (*at_ == '-') ++at_;
  const auto skip_digits = [&] {
    const char* const from = at_;
    at_ = digits.skip(at_, end_);
    return at_ != from;
  };
  const bool leading_zero = at_ != end_ && *at_ == '0';
  const char* const whole = at_;
  if (!skip_digits() || (leading_zero && at_ - whole > 1)) return fail("this is no number");
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (!skip_digits()) return fail("this is no number");
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!skip_digits()) return fail("this is no number");
  }
  return true;
}

// A string, number, true, false or null.
bool json_object_members::skip_scalar() noexcept {
  if (at_ == end_) return fail("the text ends where a value was expected");
  if (*at_ == '"') {
    std::string_view raw;
    bool escaped;
    return read_string(raw, escaped);
  }
  if (*at_ == '-' || digits.contains(*at_)) return skip_number();
  const std::string_view rest{at_, static_cast<std::size_t>(end_ - at_)};
  for (const std::string_view word : {"true", "false", "null"}) {
    if (rest.starts_with(word)) {
      at_ += word.size();
      return true;
    }
  }
  return fail("a value was expected");
}

// An array or object with all that is in it. One bit for each level: set where the level is an object.
bool json_object_members::skip_container() noexcept {
  std::bitset<max_depth> objects;
  int depth = 0;
  bool empty_allowed = false;  // just behind an opening bracket
  for (;;) {
    // Here a value is expected, or the end of what was just opened.
    skip_space();
    const bool in_object = depth > 0 && objects[static_cast<std::size_t>(depth - 1)];
    if (at_ == end_) return fail("the text ends inside an array or object");
    if (empty_allowed && *at_ == (in_object ? '}' : ']')) {
      ++at_;
      --depth;
    } else {
      if (in_object) {
        std::string_view raw;
        bool escaped;
        if (!read_string(raw, escaped)) return false;
        skip_space();
        if (at_ == end_ || *at_ != ':') return fail("a colon was expected");
        ++at_;
        skip_space();
        if (at_ == end_) return fail("the text ends where a value was expected");
      }
      if (*at_ == '{' || *at_ == '[') {
        if (depth == max_depth) return fail("arrays and objects are nested deeper than 512");
        objects[static_cast<std::size_t>(depth++)] = *at_++ == '{';
        empty_allowed = true;
        continue;
      }
      if (!skip_scalar()) return false;
    }
    // Behind a value: close what ends here, and go on behind a comma.
    for (;;) {
      if (depth == 0) return true;
      skip_space();
      if (at_ == end_) return fail("the text ends inside an array or object");
      const char closing = objects[static_cast<std::size_t>(depth - 1)] ? '}' : ']';
      if (*at_ == closing) {
        ++at_;
        --depth;
        continue;
      }
      if (*at_ != ',') return fail("a comma or a closing bracket was expected");
      ++at_;
      break;
    }
    empty_allowed = false;
  }
}

bool json_object_members::next() noexcept {
  if (problem_ != nullptr || place_ == place::behind) return false;
  skip_space();
  if (place_ == place::before) {
    if (at_ == end_ || *at_ != '{') return fail("an object was expected");
    body_ = ++at_;
    place_ = place::first_member;
    skip_space();
  }
  if (at_ == end_) return fail("the object has no end");
  if (*at_ == '}') {
    ++at_;
    skip_space();
    if (at_ != end_) return fail("something follows the object");
    place_ = place::behind;
    return false;
  }
  if (place_ == place::later_member) {
    if (*at_ != ',') return fail("a comma or a closing brace was expected");
    ++at_;
    skip_space();
  }
  place_ = place::later_member;
  if (!read_string(key_, key_escaped_)) return false;
  skip_space();
  if (at_ == end_ || *at_ != ':') return fail("a colon was expected");
  ++at_;
  skip_space();
  if (at_ == end_) return fail("the text ends where a value was expected");
  is_string_ = *at_ == '"';
  if (is_string_) return read_string(value_, value_escaped_);
  const char* const from = at_;
  value_escaped_ = false;
  if (!(*at_ == '{' || *at_ == '[' ? skip_container() : skip_scalar())) return false;
  value_ = {from, static_cast<std::size_t>(at_ - from)};
  return true;
}

std::size_t decode_json_string(std::string_view raw, char* out) noexcept {
  const char* const out_begin = out;
  const char* at = raw.data();
  const char* const end = at + raw.size();
  while (at != end) {
    if (*at != '\\') {
      *out++ = *at++;
      continue;
    }
    if (at[1] != 'u') {
      switch (at[1]) {
        case 'b':
          *out++ = '\b';
          break;
        case 'f':
          *out++ = '\f';
          break;
        case 'n':
          *out++ = '\n';
          break;
        case 'r':
          *out++ = '\r';
          break;
        case 't':
          *out++ = '\t';
          break;
        default:
          *out++ = at[1];
      }
      at += 2;
      continue;
    }
    std::uint32_t code = code_unit(at + 2);
    at += 6;
    if (code >= 0xD800 && code <= 0xDBFF && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
      const std::uint32_t low = code_unit(at + 2);
      if (low >= 0xDC00 && low <= 0xDFFF) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        at += 6;
      }
    }
    if (code >= 0xD800 && code <= 0xDFFF) code = 0xFFFD;
    out = write_utf8(code, out);
  }
  return static_cast<std::size_t>(out - out_begin);
}

}  // namespace waybill::inline v0
