#include <waybill/record/queue_timing.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

// Times from strangers may be anything: a difference that does not fit is no duration.
std::optional<std::int64_t> difference(unix_nanos later, unix_nanos earlier) noexcept {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(later, earlier, &result)) return std::nullopt;
  return result;
}

}  // namespace

std::string_view to_text(wait_basis basis) noexcept {
  switch (basis) {
    case wait_basis::unknown:
      return "unknown";
    case wait_basis::queue_clock:
      return "queue_clock";
    case wait_basis::same_clock:
      return "same_clock";
    case wait_basis::producer_stamp:
      return "producer_stamp";
  }
  return "unknown";
}

queue_timing measure_queue_timing(const message_info& message, const stamped_times& stamp,
                                  unix_nanos started) noexcept {
  queue_timing timing;
  timing.attempt = message.attempt.value_or(1);
  timing.due = message.due ? message.due : stamp.due;

  // The queue's own word first: it moves with each attempt. The stamp was made once, so it speaks of the first only.
  if (message.enqueued) {
    timing.wait_began = message.enqueued;
    timing.basis = message.clock == clock_origin::worker     ? wait_basis::same_clock
                   : message.clock == clock_origin::producer ? wait_basis::producer_stamp
                                                             : wait_basis::queue_clock;
  } else if (stamp.sent && timing.attempt == 1) {
    timing.wait_began = stamp.sent;
    timing.basis = wait_basis::producer_stamp;
  }
  if (timing.wait_began && timing.due) timing.wait_began = std::max(*timing.wait_began, *timing.due);
  if (timing.wait_began) timing.wait = difference(started, *timing.wait_began);
  if (!timing.wait) timing.basis = wait_basis::unknown;

  const auto created = message.created ? message.created : stamp.created ? stamp.created : stamp.sent;
  if (created) timing.age = difference(started, *created);
  if (message.received) timing.held = difference(started, *message.received);
  return timing;
}

}  // namespace waybill::inline v0
