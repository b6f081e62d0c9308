#include <waybill/configuration/message_rules.hpp>

#include <waybill/configuration/start.hpp>

#include <charconv>

namespace waybill::inline v0 {
namespace {

// A value, and what its writer knows it by.
struct named_value {
  std::string_view name;
  std::string_view value;
};

named_value choose(std::string_view option, std::string_view given, environment_getter get,
                   const char* variable) {
  if (!given.empty()) return {option, given};
  return {variable, environment_value(get, variable)};
}

failure wrong(std::string_view name, const failure& why) {
  return {why.code, std::string{name}.append(": ").append(why.message)};
}

// 100 or 100/s.
std::optional<std::uint32_t> parse_rate(std::string_view text) noexcept {
  if (text.ends_with("/s")) text.remove_suffix(2);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

result<message_rules> read_message_rules(const start_options& options, environment_getter get) {
  message_rules read;
  const auto policy = choose("policy", options.policy, get, "WAYBILL_POLICY");
  auto policies = policy_rules::parse(policy.value);
  if (!policies) return wrong(policy.name, policies.error());
  read.policies = std::move(*policies);
  const auto baggage = choose("baggage", options.baggage, get, "WAYBILL_BAGGAGE");
  if (!baggage.value.empty()) {
    auto list = baggage_list::parse(baggage.value);
    if (!list) return wrong(baggage.name, list.error());
    read.baggage = std::move(*list);
  }
  read.max_forced_sampling = options.max_forced_sampling;
  if (!read.max_forced_sampling) {
    constexpr const char* variable = "WAYBILL_MAX_FORCED_SAMPLING";
    const auto cap = environment_value(get, variable);
    if (!cap.empty() && !(read.max_forced_sampling = parse_rate(cap)))
      return wrong_environment_value(variable, cap, "a whole number a second, like 100 or 100/s");
  }
  return read;
}

}  // namespace waybill::inline v0
