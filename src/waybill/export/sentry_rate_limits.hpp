// What Sentry does not want to be sent for a while, as its answers say.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/http/message.hpp>

#include <array>
#include <cstddef>

namespace waybill::inline v0 {

enum class sentry_category : unsigned char { transaction, span, log_item };

// One thread's. A limit is never shortened, only outlived.
class sentry_rate_limits {
 public:
  // Any answer may carry X-Sentry-Rate-Limits, a list of seconds:category;category:scope:reason. Without it a 429 limits
  // everything: as long as Retry-After says, else a minute. now_wall is for a Retry-After that is a date.
  void note(const http_response& answer, steady_nanos now, unix_nanos now_wall) noexcept;

  bool limited(sentry_category what, steady_nanos now) const noexcept {
    return now < until_[static_cast<std::size_t>(what)];
  }

 private:
  void read_rules(std::string_view list, steady_nanos now) noexcept;
  void limit_all(std::int64_t seconds, steady_nanos now) noexcept;
  void limit(std::size_t category, std::int64_t seconds, steady_nanos now) noexcept;

  std::array<steady_nanos, 3> until_{};
};

}  // namespace waybill::inline v0
