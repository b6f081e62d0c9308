#include <waybill/formats/sentry_sampling.hpp>

#include <waybill/context/trace_randomness.hpp>

#include <algorithm>
#include <charconv>

namespace waybill::inline v0 {
namespace {

constexpr std::uint32_t millionths = 1'000'000;

std::optional<double> read_number(std::string_view text) noexcept {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [behind, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc{} || behind != end || !(number >= 0) || text.front() == '-') return std::nullopt;
  return number;
}

double as_number(std::uint32_t in_millionths) noexcept {
  return static_cast<double>(in_millionths) / millionths;
}

}  // namespace

std::optional<double> read_sample_rand(std::string_view text) noexcept {
  const auto number = read_number(text);
  return number && *number < 1 ? number : std::nullopt;
}

std::optional<double> read_sample_rate(std::string_view text) noexcept {
  const auto number = read_number(text);
  return number && *number <= 1 ? number : std::nullopt;
}

std::uint64_t randomness_of(double sample_rand) noexcept {
  const auto above = static_cast<std::uint64_t>(sample_rand * static_cast<double>(randomness_range));
  return randomness_range - 1 - std::min(above, randomness_range - 1);
}

std::string_view derive_sample_rand(std::uint64_t randomness, std::optional<double> rate,
                                    sampling_decision decision,
                                    std::span<char, sample_rand_size> out) noexcept {
  const double fraction =
      static_cast<double>(randomness_range - 1 - randomness) / static_cast<double>(randomness_range);
  const bool sampled = decision == sampling_decision::sampled;
  const bool bound = rate && decision != sampling_decision::deferred;
  const double low = bound && !sampled ? *rate : 0.0;
  const double high = bound && sampled ? *rate : 1.0;
  if (low >= high) return {};
  const bool fits = fraction >= low && fraction < high;
  const double number = fits ? fraction : low + fraction * (high - low);
  // Rounded down, and then up where that would be below the rate.
  auto rounded = std::min(static_cast<std::uint32_t>(number * millionths), millionths - 1);
  if (bound && sampled && as_number(rounded) >= high && rounded > 0) --rounded;
  if (bound && !sampled && as_number(rounded) < low) ++rounded;
  if (rounded == millionths || (bound && sampled && as_number(rounded) >= high)) return {};
  char* const text = out.data();
  text[0] = '0';
  text[1] = '.';
  for (int place = 7; place >= 2; --place, rounded /= 10) text[place] = static_cast<char>('0' + rounded % 10);
  return {text, sample_rand_size};
}

std::string_view write_sample_rate(double rate, std::span<char, max_sample_rate_size> out) noexcept {
  const auto written = std::to_chars(out.data(), out.data() + out.size(), rate);
  return {out.data(), static_cast<std::size_t>(written.ptr - out.data())};
}

}  // namespace waybill::inline v0
