#include <waybill/wire/sentry_seconds.hpp>

#include <algorithm>
#include <charconv>

namespace waybill::inline v0 {

void write_sentry_seconds(json_writer& to, unix_nanos time) {
  const std::int64_t micros = std::max<std::int64_t>(time, 0) / 1000;
  char text[32];
  char* end = std::to_chars(text, text + sizeof text, micros / 1'000'000).ptr;
  *end++ = '.';
  std::int64_t rest = micros % 1'000'000;
  for (int digit = 5; digit >= 0; --digit, rest /= 10) end[digit] = static_cast<char>('0' + rest % 10);
  to.raw({text, static_cast<std::size_t>(end + 6 - text)});
}

}  // namespace waybill::inline v0
