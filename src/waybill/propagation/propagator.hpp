// Which formats are read and written, and which of them counts when two disagree.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/carrier/header_table.hpp>
#include <waybill/formats/known_headers.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

class baggage_list;

// A few bytes, copied freely.
class propagator {
 public:
  // The formats that are on by default, in the order of the table: W3C's word counts before Sentry's.
  propagator() noexcept;

  // From a list such as "tracecontext,baggage,sentry": these and no others. The order is the preference; repeated names count
  // once. Nothing at all means the default, "none" means none. Fails with a sentence that lists the names there are.
  static result<propagator> from_names(std::string_view list);

  // The same and waybill, unless it is none: for a list that others may have written who do not know of it, such as
  // OTEL_PROPAGATORS. waybill speaks of the message, not of the trace, and is no choice between ways to do so.
  propagator with_waybill() const noexcept;

  // The same, and of others' baggage it lets through what the list does, which has to live as long as the propagator and all
  // its copies; null: everything. What is read is what came; a context is made of what goes through.
  propagator with_baggage_list(const baggage_list* list) const noexcept {
    propagator made = *this;
    made.baggage_ = list;
    return made;
  }

  // From places in known_formats, the preferred one first, and all the headers of those formats.
  constexpr propagator(std::span<const std::uint8_t> order, header_set headers) noexcept
      : count_(static_cast<std::uint8_t>(order.size())), headers_(headers) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      order_[i] = order[i];
      formats_ = static_cast<std::uint16_t>(formats_ | 1U << order[i]);
    }
  }

  constexpr std::span<const std::uint8_t> order() const noexcept { return {order_.data(), count_}; }
  constexpr header_set headers() const noexcept { return headers_; }
  // What a carrier is to be searched for: finds all of headers(), in the slots of known_headers.
  const header_table& names() const noexcept {
    return formats_ >> default_format_count == 0 ? default_headers : known_headers;
  }
  constexpr const baggage_list* baggage() const noexcept { return baggage_; }
  constexpr bool has(std::size_t format) const noexcept { return (formats_ >> format & 1) != 0; }

 private:
  std::array<std::uint8_t, max_formats> order_ = {};
  std::uint8_t count_;
  std::uint16_t formats_ = 0;  // bit n: known_formats[n]
  header_set headers_;
  const baggage_list* baggage_ = nullptr;
};

extern const propagator default_formats;

}  // namespace waybill::inline v0
