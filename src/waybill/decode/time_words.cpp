#include <waybill/decode/time_words.hpp>

#include <waybill/wire/utc_text.hpp>

#include <cstdint>

namespace waybill::inline v0::decode {
namespace {

constexpr unix_nanos nanos_per_second = 1'000'000'000;

std::string age_text(unix_nanos from, unix_nanos to) {
  const unix_nanos distance = to > from ? to - from : from - to;
  const auto seconds = distance / nanos_per_second;
  std::string text;
  const auto put = [&](std::int64_t count, const char* unit) {
    text.append(text.empty() ? "" : " ").append(std::to_string(count)).append(" ").append(unit);
  };
  if (seconds >= 86400) put(seconds / 86400, "d");
  if (seconds >= 3600) put(seconds / 3600 % 24, "h");
  if (seconds < 86400 && seconds >= 60) put(seconds / 60 % 60, "min");
  if (seconds < 3600) put(seconds % 60, "s");
  return text + (to >= from ? " ago" : " from now");
}

}  // namespace

std::string time_text(unix_nanos time, unix_nanos now) {
  utc_text room;
  return std::string{write_utc(time, room)} + " (" + age_text(time, now) + ")";
}

}  // namespace waybill::inline v0::decode
