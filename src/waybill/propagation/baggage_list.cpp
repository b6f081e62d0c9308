#include <waybill/propagation/baggage_list.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/formats/sentry_trace.hpp>

#include <algorithm>
#include <string>

namespace waybill::inline v0 {

result<baggage_list> baggage_list::parse(std::string_view text) {
  constexpr std::string_view allow = "allow:";
  constexpr std::string_view deny = "deny:";
  baggage_list read;
  read.allows_ = text.starts_with(allow);
  if (!read.allows_ && !text.starts_with(deny)) {
    return failure{failure_code::invalid_argument,
                   "\"" + std::string{text} +
                       "\" should be allow: or deny: and keys with commas between, like "
                       "allow:tenant,region* or deny:user*"};
  }
  for (std::string_view rest = text.substr(read.allows_ ? allow.size() : deny.size()); !rest.empty();) {
    const std::size_t comma = rest.find(',');
    const std::string_view key = trim_ows(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    if (key.empty()) continue;
    auto pattern = name_pattern::parse(key);
    if (!pattern)
      return failure{pattern.error().code, "\"" + std::string{key} + "\": " + pattern.error().message};
    read.names_sentry_ = read.names_sentry_ || is_sentry_member(pattern->beginning());
    read.keys_.push_back(std::move(*pattern));
  }
  if (read.keys_.empty() && !read.allows_) {
    return failure{failure_code::invalid_argument,
                   "\"" + std::string{text} + "\" denies nothing; keys are missing, like deny:user*"};
  }
  return read;
}

bool baggage_list::lets_through(std::string_view key) const noexcept {
  if (!names_sentry_ && is_sentry_member(key)) return true;
  return std::ranges::any_of(keys_, [&](const auto& one) { return one.fits(key); }) == allows_;
}

}  // namespace waybill::inline v0
