#include <waybill/decode/quoted_text.hpp>

#include <waybill/base/hex.hpp>

#include <cstdint>

namespace waybill::inline v0::decode {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

}  // namespace

std::size_t read_quoted(std::string_view text, std::string& into) {
  const char quote = text.empty() ? '"' : text[0];
  for (std::size_t i = 1; i < text.size(); ++i) {
    char c = text[i];
    if (c == quote) return i + 1;
    if (c != '\\' || i + 1 == text.size()) {
      into += c;
      continue;
    }
    c = text[++i];
    const auto hex = [&](std::size_t digits) {
      std::uint32_t code = 0;
      for (std::size_t k = 1; k <= digits; ++k) {
        const int digit = i + k < text.size() ? hex_digit(text[i + k]) : -1;
        if (digit < 0) return false;
        code = code << 4 | static_cast<std::uint32_t>(digit);
      }
      i += digits;
      digits == 2 ? void(into += static_cast<char>(code)) : append_utf8(into, code);
      return true;
    };
    switch (c) {
      case 'n':
        into += '\n';
        break;
      case 'r':
        into += '\r';
        break;
      case 't':
        into += '\t';
        break;
      case 'a':
        into += '\a';
        break;
      case 'b':
        into += '\b';
        break;
      case 'f':
        into += '\f';
        break;
      case 'v':
        into += '\v';
        break;
      case '0':
        into += '\0';
        break;
      case '\n':
        break;
      case 'x':
        if (!hex(2)) into += c;
        break;
      case 'u':
        if (!hex(4)) into += c;
        break;
      default:
        into += c;
    }
  }
  return text.size() + 1;
}

}  // namespace waybill::inline v0::decode
