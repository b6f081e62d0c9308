#include <waybill/export/sentry_rate_limits.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/export/retry_after.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

namespace waybill::inline v0 {
namespace {

constexpr std::int64_t usual_seconds = 60;
constexpr std::int64_t longest_seconds = 10LL * 365 * 24 * 3600;  // as good as for ever, and no sum overflows

constexpr std::array<std::string_view, 3> category_words{"transaction", "span", "log_item"};

// Takes what stands before the first separator off the text.
std::string_view take_until(std::string_view& text, char separator) noexcept {
  const auto at = text.find(separator);
  const auto taken = text.substr(0, at);
  text = at == text.npos ? std::string_view{} : text.substr(at + 1);
  return trim_ows(taken);
}

std::int64_t read_seconds(std::string_view text) noexcept {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (end != text.data() + text.size() || text.empty() || std::isnan(seconds)) return usual_seconds;
  if (error == std::errc::result_out_of_range) return text.front() == '-' ? 0 : longest_seconds;
  if (error != std::errc{}) return usual_seconds;
  return static_cast<std::int64_t>(std::ceil(std::clamp(seconds, 0.0, static_cast<double>(longest_seconds))));
}

}  // namespace

void sentry_rate_limits::note(const http_response& answer, steady_nanos now, unix_nanos now_wall) noexcept {
  bool told = false;
  answer.headers.for_each([&](std::string_view name, std::string_view value) {
    if (!ascii_iequals(name, "X-Sentry-Rate-Limits")) return;
    told = true;
    read_rules(value, now);
  });
  if (told || answer.status != 429) return;
  const auto wanted = answer.headers.find("Retry-After");
  const auto seconds = wanted ? read_retry_after(*wanted, now_wall) : std::nullopt;
  limit_all(seconds ? seconds->count() : usual_seconds, now);
}

void sentry_rate_limits::read_rules(std::string_view list, steady_nanos now) noexcept {
  while (!list.empty()) {
    std::string_view rule = take_until(list, ',');
    if (rule.empty()) continue;
    const std::int64_t seconds = read_seconds(take_until(rule, ':'));
    std::string_view categories = take_until(rule, ':');
    if (categories.empty()) {
      limit_all(seconds, now);
      continue;
    }
    while (!categories.empty()) {
      const auto word = take_until(categories, ';');
      const auto known = std::ranges::find(category_words, word);
      if (known != category_words.end())
        limit(static_cast<std::size_t>(known - category_words.begin()), seconds, now);
      if (word == "all") limit_all(seconds, now);
    }
  }
}

void sentry_rate_limits::limit_all(std::int64_t seconds, steady_nanos now) noexcept {
  for (std::size_t category = 0; category < until_.size(); ++category) limit(category, seconds, now);
}

void sentry_rate_limits::limit(std::size_t category, std::int64_t seconds, steady_nanos now) noexcept {
  const std::int64_t until = now + std::clamp<std::int64_t>(seconds, 0, longest_seconds) * 1'000'000'000;
  until_[category] = std::max(until_[category], until);
}

}  // namespace waybill::inline v0
