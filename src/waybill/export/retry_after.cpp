#include <waybill/export/retry_after.hpp>

#include <waybill/base/ascii.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <limits>

namespace waybill::inline v0 {
namespace {

constexpr std::chrono::seconds longest{300};

std::optional<int> number(std::string_view text) noexcept {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "Sun, 06 Nov 1994 08:49:37 GMT", the only form that may still be written.
std::optional<std::int64_t> parse_http_date(std::string_view text) noexcept {
  if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
  static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
  const auto day = number(text.substr(5, 2));
  const auto year = number(text.substr(12, 4));
  const auto hour = number(text.substr(17, 2));
  const auto minute = number(text.substr(20, 2));
  const auto second = number(text.substr(23, 2));
  if (month == months.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  std::tm broken_down{};
  broken_down.tm_year = *year - 1900;
  broken_down.tm_mon = static_cast<int>(month - months.begin());
  broken_down.tm_mday = *day;
  broken_down.tm_hour = *hour;
  broken_down.tm_min = *minute;
  broken_down.tm_sec = *second;
  return timegm(&broken_down);
}

}  // namespace

std::optional<std::chrono::seconds> read_retry_after(std::string_view value, unix_nanos now) noexcept {
  value = trim_ows(value);
  std::int64_t seconds = 0;
  if (const auto date = parse_http_date(value)) {
    seconds = *date - now / 1'000'000'000;
  } else {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (value.empty() || end != value.data() + value.size()) return std::nullopt;
    if (error == std::errc::result_out_of_range) seconds = std::numeric_limits<std::int32_t>::max();
  }
  return std::chrono::seconds{std::max<std::int64_t>(seconds, 0)};
}

std::chrono::milliseconds parse_retry_after(std::string_view value, unix_nanos now) noexcept {
  const auto seconds = read_retry_after(value, now);
  return seconds ? std::min(*seconds, longest) : std::chrono::seconds{0};
}

}  // namespace waybill::inline v0
