#include <waybill/analysis/instant.hpp>

namespace waybill::inline v0 {
namespace {

// Takes exactly count digits off the front. Negative when they are not there.
int take_number(std::string_view& text, std::size_t count) noexcept {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char wanted) noexcept {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

std::int64_t take_fraction(std::string_view& text) noexcept {
  std::int64_t nanos = 0;
  std::int64_t weight = 100'000'000;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    nanos += (text.front() - '0') * weight;
    weight /= 10;
    text.remove_prefix(1);
  }
  return nanos;
}

// Days since 1970-01-01 in the proleptic Gregorian calendar; a year is taken to begin in March.
constexpr std::int64_t days_from_civil(int year, int month, int day) noexcept {
  year -= month <= 2;
  const int era = year / 400;
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return std::int64_t{era} * 146'097 + day_of_era - 719'468;
}
static_assert(days_from_civil(1970, 1, 1) == 0 && days_from_civil(2000, 3, 1) == 11'017);

}  // namespace

std::optional<unix_nanos> parse_instant(std::string_view text) noexcept {
  const int year = take_number(text, 4);
  if (year < 2000 || year >= 2200 || !take(text, '-')) return std::nullopt;
  const int month = take_number(text, 2);
  if (month < 1 || month > 12 || !take(text, '-')) return std::nullopt;
  const int day = take_number(text, 2);
  if (day < 1 || day > 31 || (!take(text, 'T') && !take(text, 't') && !take(text, ' '))) return std::nullopt;
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return std::nullopt;
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ':')) return std::nullopt;
  const int second = take_number(text, 2);
  if (second < 0 || second > 60) return std::nullopt;
  const std::int64_t fraction = take(text, '.') ? take_fraction(text) : 0;

  int offset_minutes = 0;
  if (!text.empty() && !take(text, 'Z') && !take(text, 'z')) {
    const int sign = take(text, '-') ? -1 : take(text, '+') ? 1 : 0;
    const int hours = take_number(text, 2);
    take(text, ':');
    const int minutes = take_number(text, 2);
    if (sign == 0 || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
    offset_minutes = sign * (hours * 60 + minutes);
  }
  if (!text.empty()) return std::nullopt;

  const std::int64_t minutes = (days_from_civil(year, month, day) * 24 + hour) * 60 + minute - offset_minutes;
  const unix_nanos time = (minutes * 60 + second) * 1'000'000'000 + fraction;
  return is_plausible(time) ? std::optional{time} : std::nullopt;
}

std::optional<unix_nanos> parse_single_instant(std::string_view json_array) noexcept {
  const auto skip_blanks = [&json_array] {
    while (!json_array.empty() && (json_array.front() == ' ' || json_array.front() == '\t'))
      json_array.remove_prefix(1);
  };
  if (!take(json_array, '[')) return std::nullopt;
  skip_blanks();
  if (!take(json_array, '"')) return std::nullopt;
  const auto end = json_array.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view first = json_array.substr(0, end);
  json_array.remove_prefix(end + 1);
  skip_blanks();
  return json_array == "]" ? parse_instant(first) : std::nullopt;
}

}  // namespace waybill::inline v0
