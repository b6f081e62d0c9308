// A span as a step in the life of a message: who did what with which message of which queue.
#pragma once

#include <waybill/analysis/tool_signature.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

// Views into the record, valid as long as it is.
struct messaging_span {
  const tool_signature* tool = nullptr;  // null: the span has nothing to do with messages
  message_role role = message_role::none;
  bool by_receive = false;                // role process, though the span calls itself a receive
  delay_rule delay = delay_rule::hidden;  // none, shown or hidden: what the row leaves open is decided
  std::string_view system;                // never empty for a known tool
  std::string_view queue;                 // empty when no span names it (Temporal)
  std::string_view task;                  // what kind of work it is
  std::optional<std::uint32_t> attempt;   // 1 for the first
  messaging_attributes said;
};

messaging_span recognise(const span_record& span) noexcept;

// Whether a message sent as one names the place that the other took it from, as far as both say.
bool same_route(const messaging_span& sent, const messaging_span& taken) noexcept;

// Whether messages are put into a queue of this name to lie there: retry, delay and dead letter queues.
bool is_parking_queue(std::string_view queue) noexcept;

}  // namespace waybill::inline v0
