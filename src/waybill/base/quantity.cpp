#include <waybill/base/quantity.hpp>

#include <charconv>
#include <span>
#include <string>

namespace waybill::inline v0 {
namespace {

struct unit {
  std::string_view name;
  double size;
};

constexpr unit durations[] = {{"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}, {"w", 604800e9}};
constexpr unit sizes[] = {
    {"B", 1},     {"kB", 1e3},   {"KB", 1e3},      {"MB", 1e6},         {"GB", 1e9},
    {"TB", 1e12}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}, {"TiB", 1099511627776}};

// At most what fits into a signed 64-bit number, with room to add to it.
constexpr double most = 4e18;

result<double> parse(std::string_view text, std::span<const unit> units, std::string_view example) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error == std::errc{} && number >= 0 && number <= most) {
    if (number == 0 && name.empty()) return 0.0;
    for (const auto& one : units) {
      if (one.name == name && number * one.size <= most) return number * one.size;
    }
  }
  return failure{
      failure_code::invalid_argument,
      "\"" + std::string{text} + "\" has to be a number with a unit, like " + std::string{example}};
}

}  // namespace

result<std::int64_t> parse_duration(std::string_view text) {
  const auto nanos = parse(text, durations, "90s, 30m, 12h or 7d");
  if (!nanos) return nanos.error();
  return static_cast<std::int64_t>(*nanos);
}

result<std::uint64_t> parse_bytes(std::string_view text) {
  const auto bytes = parse(text, sizes, "500MB or 10GiB");
  if (!bytes) return bytes.error();
  return static_cast<std::uint64_t>(*bytes);
}

}  // namespace waybill::inline v0
