#include <waybill/base/json_writer.hpp>

#include <waybill/base/hex.hpp>
#include <waybill/base/utf8.hpp>

#include <charconv>
#include <cmath>
#include <cstring>

namespace waybill::inline v0 {

namespace {

constexpr bool stands_as_it_is(char c) noexcept {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

// Whether one of eight bytes does not. Each test sets a byte's highest bit where it is true of it; the borrow that may set
// further ones comes from such a byte.
bool has_other(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t high = 0x80 * ones;
  const auto has = [](std::uint64_t in, char c) {
    const std::uint64_t zero_where = in ^ (ones * static_cast<unsigned char>(c));
    return (zero_where - ones) & ~zero_where & high;
  };
  const std::uint64_t below_space = (bytes - 0x20 * ones) & ~bytes & high;
  return (below_space | (bytes & high) | has(bytes, '"') | has(bytes, '\\') | has(bytes, 0x7F)) != 0;
}

// How much of the beginning needs no escape: nearly always all.
std::size_t plain_length(std::string_view text) noexcept {
  std::size_t length = 0;
  for (std::uint64_t bytes = 0; length + sizeof bytes <= text.size(); length += sizeof bytes) {
    std::memcpy(&bytes, text.data() + length, sizeof bytes);
    if (has_other(bytes)) break;
  }
  while (length < text.size() && stands_as_it_is(text[length])) ++length;
  return length;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (;;) {
    const std::size_t plain = plain_length(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const char c = text.front();
    const auto byte = static_cast<std::uint8_t>(c);
    std::size_t taken = 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      char escape[] = "\\u0000";
      write_hex(&byte, 1, escape + 4);
      out += std::string_view{escape, 6};
    } else if (const std::size_t length = utf8_sequence(text)) {
      out += text.substr(0, length);
      taken = length;
    } else {
      out += "\xEF\xBF\xBD";
    }
    text.remove_prefix(taken);
  }
  out += '"';
}

void json_writer::separate() {
  if (comma_) out_ += ',';
  comma_ = true;
}

json_writer& json_writer::open(char bracket) {
  separate();
  out_ += bracket;
  comma_ = false;
  return *this;
}

json_writer& json_writer::close(char bracket) {
  out_ += bracket;
  comma_ = true;
  return *this;
}

json_writer& json_writer::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_ += ':';
  comma_ = false;
  return *this;
}

json_writer& json_writer::text(std::string_view value) {
  separate();
  append_json_string(out_, value);
  return *this;
}

json_writer& json_writer::integer(std::int64_t value) {
  separate();
  char digits[24];
  out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  return *this;
}

json_writer& json_writer::unsigned_integer(std::uint64_t value) {
  separate();
  char digits[24];
  out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  return *this;
}

json_writer& json_writer::number(double value) {
  if (!std::isfinite(value)) return null();
  separate();
  char digits[40];
  out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  if (value == 0 && std::signbit(value))
    out_ += ".0";  // "-0" is a whole number to some readers, and loses its sign
  return *this;
}

json_writer& json_writer::boolean(bool value) {
  return raw(value ? "true" : "false");
}

json_writer& json_writer::null() {
  return raw("null");
}

json_writer& json_writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

}  // namespace waybill::inline v0
