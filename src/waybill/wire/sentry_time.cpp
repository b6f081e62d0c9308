#include <waybill/wire/sentry_time.hpp>

#include <charconv>
#include <chrono>

namespace waybill::inline v0::sentry_envelope {
namespace {

constexpr std::int64_t nanos_a_second = 1'000'000'000;
constexpr std::int64_t latest_second = 9'223'372'035;  // a whole one more still fits

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// The digits behind a point, as nanoseconds; further ones are cut off. Takes them off.
std::optional<std::int64_t> take_fraction(std::string_view& from) noexcept {
  std::int64_t nanos = 0;
  std::int64_t weight = nanos_a_second / 10;
  if (from.empty() || !is_digit(from.front())) return std::nullopt;
  for (; !from.empty() && is_digit(from.front()); from.remove_prefix(1)) {
    nanos += (from.front() - '0') * weight;
    weight /= 10;
  }
  return nanos;
}

// Exactly so many digits. Takes them off, and the separator behind them, if there has to be one.
std::optional<int> take_number(std::string_view& from, std::size_t digits,
                               std::string_view separators = {}) noexcept {
  int value = 0;
  if (from.size() < digits) return std::nullopt;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!is_digit(from[i])) return std::nullopt;
    value = 10 * value + (from[i] - '0');
  }
  from.remove_prefix(digits);
  if (separators.empty()) return value;
  if (from.empty() || separators.find(from.front()) == std::string_view::npos) return std::nullopt;
  from.remove_prefix(1);
  return value;
}

std::optional<unix_nanos> join(std::int64_t seconds, std::int64_t nanos) noexcept {
  if (seconds < 0 || seconds > latest_second) return std::nullopt;
  return seconds * nanos_a_second + nanos;
}

std::optional<unix_nanos> read_seconds(std::string_view text) noexcept {
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error != std::errc{}) return std::nullopt;
  std::string_view left = text.substr(static_cast<std::size_t>(end - text.data()));
  if (left.empty()) return join(whole, 0);
  if (left.front() == '.') {
    left.remove_prefix(1);
    const auto fraction = take_fraction(left);
    if (fraction && left.empty()) return join(whole, *fraction);
  }
  double seconds = 0;  // with an exponent, which no SDK writes
  const auto [last, wrong] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (wrong != std::errc{} || last != text.data() + text.size()) return std::nullopt;
  if (!(seconds >= 0) || seconds > static_cast<double>(latest_second)) return std::nullopt;
  return static_cast<unix_nanos>(seconds * 1e9);
}

// The zone at the end, in seconds east of Greenwich.
std::optional<std::int64_t> read_zone(std::string_view text) noexcept {
  if (text.empty() || text == "Z" || text == "z") return 0;
  const char sign = text.front();
  if (sign != '+' && sign != '-') return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  if (!hours) return std::nullopt;
  if (!text.empty() && text.front() == ':') text.remove_prefix(1);
  const auto minutes = text.empty() ? std::optional<int>{0} : take_number(text, 2);
  if (!minutes || !text.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t east = *hours * 3600 + *minutes * 60;
  return sign == '+' ? east : -east;
}

std::optional<unix_nanos> read_date(std::string_view text) noexcept {
  using namespace std::chrono;
  const auto year_ = take_number(text, 4, "-");
  const auto month_ = year_ ? take_number(text, 2, "-") : std::nullopt;
  const auto day_ = month_ ? take_number(text, 2, "Tt ") : std::nullopt;
  const auto hour = day_ ? take_number(text, 2, ":") : std::nullopt;
  const auto minute = hour ? take_number(text, 2, ":") : std::nullopt;
  const auto second = minute ? take_number(text, 2) : std::nullopt;
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const year_month_day date{year{*year_}, month{static_cast<unsigned>(*month_)},
                            day{static_cast<unsigned>(*day_)}};
  if (!date.ok()) return std::nullopt;
  std::optional<std::int64_t> fraction = 0;
  if (!text.empty() && (text.front() == '.' || text.front() == ',')) {
    text.remove_prefix(1);
    fraction = take_fraction(text);
  }
  const auto east = read_zone(text);
  if (!fraction || !east) return std::nullopt;
  const std::int64_t days_since = sys_days{date}.time_since_epoch().count();
  return join(days_since * 86'400 + *hour * 3600 + *minute * 60 + *second - *east, *fraction);
}

}  // namespace

std::optional<unix_nanos> read_time(std::string_view text) noexcept {
  return text.size() > 10 && text[4] == '-' ? read_date(text) : read_seconds(text);
}

}  // namespace waybill::inline v0::sentry_envelope
