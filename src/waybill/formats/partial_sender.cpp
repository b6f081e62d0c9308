#include <waybill/formats/partial_sender.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/carrier/received_values.hpp>
#include <waybill/formats/received_context.hpp>

namespace waybill::inline v0 {

void note_sender(const partial_sender& said, std::size_t format, received_context& received) noexcept {
  if (said.trace && said.span) {
    received.senders.add(format, {.trace = *said.trace,
                                  .span = said.span,
                                  .decision = said.decision,
                                  .random = false,
                                  .remote = true,
                                  .debug = said.debug});
  } else if (received.bare.says_nothing()) {
    received.bare = said;
    received.bare.span = {};
  }
}

std::optional<std::string_view> only_value(const received_headers& headers, int slot,
                                           received_context& received) noexcept {
  if (!headers.present().has(slot)) return std::nullopt;
  if (headers.count(slot) > received_headers::max_values) received.rejected.add(rejection::too_many_headers);
  std::optional<std::string_view> found;
  for (std::string_view value : headers.values(slot)) {
    value = trim_ows(value);
    if (value.empty()) continue;
    if (found && *found != value) {
      received.rejected.add(rejection::ids_repeated);
      return std::nullopt;
    }
    found = value;
  }
  return found;
}

}  // namespace waybill::inline v0
