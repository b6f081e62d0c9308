#include <waybill/base/percent_encoding.hpp>

#include <waybill/base/byte_set.hpp>
#include <waybill/base/hex.hpp>

namespace waybill::inline v0 {
namespace {

constexpr byte_set unreserved =
    byte_set{'a', 'z'} | byte_set{'A', 'Z'} | byte_set{'0', '9'} | byte_set{"-._~"};

}  // namespace

std::size_t percent_encode(std::string_view text, char* out) noexcept {
  const char* const begin = out;
  for (const char c : text) {
    if (unreserved.contains(c)) {
      *out++ = c;
    } else {
      const auto byte = static_cast<std::uint8_t>(c);
      *out++ = '%';
      *out++ = "0123456789ABCDEF"[byte >> 4];
      *out++ = "0123456789ABCDEF"[byte & 15];
    }
  }
  return static_cast<std::size_t>(out - begin);
}

std::size_t percent_decode(std::string_view text, char* out) noexcept {
  const char* const begin = out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if ((high | low) >= 0) {
        *out++ = static_cast<char>((high << 4) | low);
        i += 2;
        continue;
      }
    }
    *out++ = text[i];
  }
  return static_cast<std::size_t>(out - begin);
}

}  // namespace waybill::inline v0
