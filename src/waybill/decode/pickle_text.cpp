#include <waybill/decode/pickle_text.hpp>

#include <cstdint>

namespace waybill::inline v0::decode {

bool looks_like_pickle(std::string_view bytes) noexcept {
  return bytes.size() > 3 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5;
}

void for_each_pickled_text(std::string_view bytes,
                           function_ref<void(std::string_view text, bool opens_map)> take) {
  const auto byte = [&](std::size_t at) { return std::size_t{static_cast<unsigned char>(bytes[at])}; };
  for (std::size_t i = 0; i + 2 < bytes.size();) {
    std::size_t begin = 0;
    std::size_t size = 0;
    if (bytes[i] == '\x8c') {  // SHORT_BINUNICODE
      begin = i + 2;
      size = byte(i + 1);
    } else if (bytes[i] == 'X' && i + 5 < bytes.size()) {  // BINUNICODE
      begin = i + 5;
      size = byte(i + 1) | byte(i + 2) << 8 | byte(i + 3) << 16 | byte(i + 4) << 24;
    }
    if (begin == 0 || size == 0 || size > bytes.size() - begin) {
      ++i;
      continue;
    }
    std::size_t next = begin + size;
    if (next < bytes.size() && bytes[next] == '\x94') ++next;      // MEMOIZE
    if (next + 1 < bytes.size() && bytes[next] == 'q') next += 2;  // BINPUT
    take(bytes.substr(begin, size), next < bytes.size() && bytes[next] == '}');
    i = begin + size;
  }
}

}  // namespace waybill::inline v0::decode
