#include <waybill/analysis/duration_text.hpp>

#include <limits>

namespace waybill::inline v0 {
namespace {

constexpr std::int64_t microsecond = 1'000;
constexpr std::int64_t millisecond = 1'000'000;
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;

// value as a decimal number of units, without trailing zeros; value is a multiple of unit / 100.
std::string decimal(std::int64_t value, std::int64_t unit, std::string_view name) {
  const std::int64_t hundredths = value / (unit / 100);
  std::string text = std::to_string(hundredths / 100);
  if (const auto rest = hundredths % 100; rest != 0) {
    text += '.';
    text += static_cast<char>('0' + rest / 10);
    if (rest % 10 != 0) text += static_cast<char>('0' + rest % 10);
  }
  return text.append(" ").append(name);
}

std::string two_units(std::int64_t value, std::int64_t large, const char* large_name, std::int64_t small,
                      const char* small_name) {
  std::string text = std::to_string(value / large).append(" ").append(large_name);
  if (const auto rest = value % large / small; rest != 0) {
    text.append(" ").append(std::to_string(rest)).append(" ").append(small_name);
  }
  return text;
}

}  // namespace

std::int64_t duration_step(std::int64_t nanos) noexcept {
  if (nanos < 0)
    nanos =
        nanos == std::numeric_limits<std::int64_t>::min() ? std::numeric_limits<std::int64_t>::max() : -nanos;
  if (nanos < microsecond) return 1;
  if (nanos < millisecond) return microsecond;
  if (nanos < 10 * millisecond) return 100 * microsecond;
  if (nanos < second) return millisecond;
  if (nanos < 10 * second) return 10 * millisecond;
  if (nanos < 100 * second) return 100 * millisecond;
  if (nanos < hour) return second;
  if (nanos < day) return minute;
  return hour;
}

std::int64_t round_to_step(std::int64_t nanos, std::int64_t step) noexcept {
  const std::int64_t rest = nanos % step;
  const std::int64_t down = nanos - rest;
  if (rest >= step - rest && down <= std::numeric_limits<std::int64_t>::max() - step) return down + step;
  if (rest <= -step - rest && down >= std::numeric_limits<std::int64_t>::min() + step) return down - step;
  return down;
}

std::string duration_text(std::int64_t nanos) {
  nanos = round_to_step(nanos, duration_step(nanos));
  if (nanos < 0) {
    if (nanos == std::numeric_limits<std::int64_t>::min()) ++nanos;
    return "-" + duration_text(-nanos);
  }
  if (nanos < microsecond) return std::to_string(nanos) + " ns";
  if (nanos < millisecond) return std::to_string(nanos / microsecond) + " \xC2\xB5s";
  if (nanos < second) return decimal(nanos, millisecond, "ms");
  if (nanos < 100 * second) return decimal(nanos, second, "s");
  if (nanos < hour) return two_units(nanos, minute, "min", second, "s");
  if (nanos < day) return two_units(nanos, hour, "h", minute, "min");
  return two_units(nanos, day, "d", hour, "h");
}

}  // namespace waybill::inline v0
