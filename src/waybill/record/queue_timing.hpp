// How long a message waited before this attempt, whose clocks say so, and how old it is. Age is not wait.
#pragma once

#include <waybill/record/message_info.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

// Where the start of the wait is known from. The words are part of the wire and JSON shapes: never renamed.
enum class wait_basis : std::uint8_t {
  unknown,      // no time that belongs to this attempt
  queue_clock,  // the queue's own stamp, on a clock that is not known to be the worker's
  same_clock,   // stamp and start were read from one host's clock
  producer_stamp,  // the sender's stamp in the message (waybill key, sentry-task-enqueued-time): the sender's clock
};
std::string_view to_text(wait_basis basis) noexcept;

// From the message's own stamp, already checked to belong to this message and this attempt.
struct stamped_times {
  std::optional<unix_nanos> sent = {};  // just before the wire
  std::optional<unix_nanos> due = {};
  std::optional<unix_nanos> created = {};
};

struct queue_timing {
  std::optional<std::int64_t>
      wait;  // ns; max(enqueued, due) → started. Negative when clocks differ: never clamped
  std::optional<unix_nanos> wait_began;  // max(enqueued, due)
  std::optional<unix_nanos> due;
  std::optional<std::int64_t> age;   // ns since created
  std::optional<std::int64_t> held;  // ns between received and started, part of wait
  wait_basis basis = wait_basis::unknown;
  std::uint32_t attempt = 1;
};

queue_timing measure_queue_timing(const message_info& message, const stamped_times& stamp,
                                  unix_nanos started) noexcept;

}  // namespace waybill::inline v0
