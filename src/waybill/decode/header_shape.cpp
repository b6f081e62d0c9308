#include <waybill/decode/header_shape.hpp>

#include <waybill/base/hex.hpp>
#include <waybill/formats/b3.hpp>
#include <waybill/formats/jaeger.hpp>
#include <waybill/formats/sentry_trace.hpp>
#include <waybill/formats/waybill_key.hpp>
#include <waybill/formats/xray.hpp>

#include <algorithm>

namespace waybill::inline v0::decode {
namespace {

std::size_t count_of(std::string_view text, char c) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), c));
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return hex_digit(c) >= 0; });
}

// Hexadecimal digits from at on.
std::size_t digits_at(std::string_view text, std::size_t at) {
  const auto* const begin = text.data() + std::min(at, text.size());
  const auto* const end =
      std::find_if_not(begin, text.data() + text.size(), [](char c) { return hex_digit(c) >= 0; });
  return static_cast<std::size_t>(end - begin);
}

}  // namespace

std::string_view header_by_shape(std::string_view value) {
  const std::size_t leading = digits_at(value, 0);
  const std::size_t hyphens = count_of(value, '-');
  if (value.find("Root=") != value.npos) return "x-amzn-trace-id";
  if (read_waybill(value)) return "waybill";
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ':' || c == '%';
  });
  if (plain && (count_of(value, ':') == 3 || value.find("%3A") != value.npos)) return "uber-trace-id";
  if (leading == 2 && hyphens >= 2 && value.size() > 20) return "traceparent";
  if (leading >= 24 && hyphens >= 1 && hyphens <= 3) {
    if (read_sentry_trace(value)) return "sentry-trace";
    return read_b3(value) || hyphens == 3 ? "b3" : "sentry-trace";
  }
  if (leading == 16 && read_b3(value)) return "b3";
  const std::size_t sign = value.find_first_of("=:/?\"()<>@[]\\");  // which no key has in it
  if (sign != value.npos && sign > 0 && value[sign] == '=' && value.find_first_of(" \n{") == value.npos)
    return "baggage";
  return {};
}

named_value find_trace_value(std::string_view text) {
  constexpr std::size_t trace = 32;
  constexpr std::size_t span = 16;
  for (std::size_t at = text.find('-', trace); at != text.npos; at = text.find('-', at + 1)) {
    if (digits_at(text, at + 1) < span || !is_hex(text.substr(at - trace, trace))) continue;
    std::size_t end = at + 1 + span;
    if (at > trace + 2 && text[at - trace - 1] == '-' && is_hex(text.substr(at - trace - 3, 2)) &&
        text.size() > end + 2 && text[end] == '-' && is_hex(text.substr(end + 1, 2)))
      return {"traceparent", text.substr(at - trace - 3, end + 3 - (at - trace - 3))};
    if (text.size() > end + 1 && text[end] == '-' && (text[end + 1] == '0' || text[end + 1] == '1')) end += 2;
    return {"sentry-trace", text.substr(at - trace, end - (at - trace))};
  }
  return {};
}

}  // namespace waybill::inline v0::decode
