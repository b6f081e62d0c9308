#include <waybill/propagation/sampling_state.hpp>

#include <waybill/context/baggage.hpp>
#include <waybill/context/trace_randomness.hpp>
#include <waybill/context/tracestate.hpp>
#include <waybill/formats/sentry_sampling.hpp>
#include <waybill/formats/sentry_trace.hpp>

#include <cstring>
#include <optional>

namespace waybill::inline v0 {
namespace {

constexpr std::string_view member = "ot";
constexpr std::size_t most_digits = 14;  // of 56 bits

// Digits behind the last are zero: th:8 is half of the range.
std::optional<std::uint64_t> read_fraction(std::string_view digits) noexcept {
  if (digits.empty() || digits.size() > most_digits) return std::nullopt;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < most_digits; ++i) {
    const int digit = i < digits.size() ? hex_digit(digits[i], hex_case::lower_only) : 0;
    if (digit < 0) return std::nullopt;
    number = number * 16 + static_cast<std::uint64_t>(digit);
  }
  return number;
}

// Calls visit(field) for each of the fields that stand in the value of ot, as key:value.
template <class Visit>
void for_each_field(std::string_view value, Visit&& visit) noexcept {
  while (!value.empty()) {
    const std::size_t end = value.find(';');
    visit(value.substr(0, end));
    value.remove_prefix(end == std::string_view::npos ? value.size() : end + 1);
  }
}

bool is(std::string_view field, std::string_view key) noexcept {
  return field.size() > key.size() && field.starts_with(key) && field[key.size()] == ':';
}

struct probability {
  std::optional<std::uint64_t> threshold;
  std::optional<std::uint64_t> randomness;
  bool has_threshold = false;  // perhaps one that cannot be read
};

probability read_probability(std::string_view tracestate) noexcept {
  probability found;
  const auto value = find_tracestate_member(tracestate, member);
  if (!value) return found;
  for_each_field(*value, [&](std::string_view field) {
    if (is(field, "th")) {
      found.has_threshold = true;
      found.threshold = read_fraction(field.substr(3));
    } else if (is(field, "rv") && field.size() == 3 + most_digits) {
      found.randomness = read_fraction(field.substr(3));
    }
  });
  return found;
}

}  // namespace

std::uint64_t randomness_of(const trace_context& context) noexcept {
  if (const auto number = find_baggage_member(context.baggage(), sentry_sample_rand_member)) {
    if (const auto sample_rand = read_sample_rand(*number)) return randomness_of(*sample_rand);
  }
  if (const auto found = read_probability(context.tracestate()); found.randomness) return *found.randomness;
  return trace_randomness(context.ids().trace);
}

bool threshold_holds(std::string_view tracestate, const trace_id& trace,
                     sampling_decision decision) noexcept {
  const auto found = read_probability(tracestate);
  if (!found.has_threshold) return true;
  return decision == sampling_decision::sampled && found.threshold &&
         found.randomness.value_or(trace_randomness(trace)) >= *found.threshold;
}

std::size_t erase_threshold(std::string_view tracestate, char* out) noexcept {
  char* at = out;
  const auto put = [&](std::string_view text) {
    std::memcpy(at, text.data(), text.size());
    at += text.size();
  };
  if (const auto value = find_tracestate_member(tracestate, member)) {
    for_each_field(*value, [&](std::string_view field) {
      if (is(field, "th")) return;
      put(at == out ? "ot=" : ";");
      put(field);
    });
  }
  for (tracestate_members members{tracestate}; members.next();) {
    if (members.key() == member) continue;
    if (at != out) put(",");
    put(members.text());
  }
  return static_cast<std::size_t>(at - out);
}

}  // namespace waybill::inline v0
