// Which formats are read and written, and which of them counts when two disagree.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/formats/known_formats.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

// A few bytes, copied freely.
class propagator {
 public:
  // All known formats, in the order of the table: W3C's word counts before Sentry's.
  constexpr propagator() noexcept {
    for (std::size_t i = 0; i < known_formats.size(); ++i) add(i);
  }

  // From a list such as OTEL_PROPAGATORS has: "tracecontext,baggage,sentry". The order is the preference; repeated names
  // count once. Nothing at all means the default, "none" means none. Fails with a sentence that lists the names there are.
  static result<propagator> from_names(std::string_view list);

  // Places in known_formats, the preferred one first.
  constexpr std::span<const std::uint8_t> order() const noexcept { return {order_.data(), count_}; }
  constexpr header_set headers() const noexcept { return headers_; }  // all that these formats use
  constexpr bool has(std::size_t format) const noexcept { return (formats_ >> format & 1) != 0; }

 private:
  struct empty {};
  constexpr explicit propagator(empty) noexcept {}

  constexpr void add(std::size_t format) noexcept {
    if (has(format)) return;
    order_[count_++] = static_cast<std::uint8_t>(format);
    formats_ = static_cast<std::uint8_t>(formats_ | 1U << format);
    headers_ = headers_ | format_headers[format];
  }

  std::array<std::uint8_t, named_senders::max_formats> order_ = {};
  std::uint8_t count_ = 0;
  std::uint8_t formats_ = 0;  // bit n: known_formats[n]
  header_set headers_;
};

inline constexpr propagator all_formats{};

}  // namespace waybill::inline v0
