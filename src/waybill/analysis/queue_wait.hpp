// How long messages waited for their workers, from what the spans of any tool tell.
#pragma once

#include <waybill/analysis/clock_relations.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

// The rule that gave a wait its figure, its bounds, or neither. The words are part of the JSON shape: never
// renamed.
enum class wait_rule : std::uint8_t {
  // With a figure.
  same_clock,      // waybill's own measurement: stamp and start were read from one clock
  queue_clock,     // waybill's own measurement: the queue's stamp, the worker's start
  producer_stamp,  // a time the sender wrote into the message → start of the work
  producer_span,   // end of the sender's span → start of the work
  busy_worker,  // the same, with a tool that could have delayed it: its worker was busy all the time, so it need not have
  opened_queue,  // the same: the queue was paused until just before
  due_time,      // a due time that the spans name → start of the work
  drawn_span,    // the wait was drawn as a span by waybill; the work's own span is not here
  // Between bounds at most.
  too_short,         // shorter than what instrumentation itself takes between a span's start and the handler
  hidden_delay,      // the tool can hold messages back on purpose, and no span says whether it did
  previous_attempt,  // end of the try before → start: how much of it was backoff is not told
  earlier_attempt,   // a try before this one is told of but not here
  other_route,       // taken from another place than it was sent to, or from one where messages are parked
  run_step,          // a step of a run waits for other steps first
  same_sender,       // several spans under one sender: tries, or messages of their own
  inside_send,       // the work began long before the sender's span ended
  batch,             // came together with others and was worked on one after another
  delivery,          // the span begins when the message arrives, the handler later
  received,          // only the receiving is seen, not the work
  surrounding_span,  // only a span around the sending is seen
  // Nothing.
  clocks_differ,  // an effect was seen before its cause
  sender_unseen,  // no span of the sender, and no time in the message
};
std::string_view to_text(wait_rule rule) noexcept;

enum class wait_part_kind : std::uint8_t {
  scheduled,          // held back on purpose
  backoff,            // held back after a failed try
  queued,             // could have been taken
  held,               // taken, and lying inside the worker
  queued_or_delayed,  // the two cannot be told apart
  queued_or_backoff,
  held_or_work,
};
std::string_view to_text(wait_part_kind kind) noexcept;

struct wait_part {
  wait_part_kind kind;
  std::int64_t duration;  // ns, positive
};

// What the worker did meanwhile.
struct blocker {
  const span_record* span = nullptr;
  std::string name;
  std::string worker;
  std::int64_t overlap = 0;  // ns of the wait
};

// The wait of one try at one message. wait = max(enqueued, due) → the handler's start, age and backoff not
// counted.
struct queue_wait {
  node_number work = no_node;  // no_node: the work's span is not here (wait_rule::drawn_span)
  node_number sent_by = no_node;
  node_number drawn = no_node;          // the span by which waybill drew this wait
  std::optional<span_id> work_span;     // in which the handler runs: of work, or beside it
  const span_record* sender = nullptr;  // of sent_by
  std::string_view queue;               // empty when no span names it
  std::string_view system;
  std::string_view task;
  std::string_view worker;  // the name it gives itself, else its service's
  std::uint32_t attempt = 1;
  wait_rule rule = wait_rule::sender_unseen;
  std::optional<std::int64_t> duration;  // ns; negative when the clocks say so, never clamped
  bool exact = false;                    // both ends are one clock's
  // Known ends of the truth, where there is no figure. Each rests on one clock, or on causality (0).
  std::optional<std::int64_t> low;
  std::optional<std::int64_t> high;
  std::optional<std::int64_t>
      observed;                     // ns between the two events as stamped, delays and clock errors included
  std::optional<std::int64_t> age;  // ns since the message was made
  unix_nanos from = 0;              // where to draw it; from == to when that is not known
  unix_nanos to = 0;
  std::vector<wait_part> parts;
  // ns between the message's arrival and the end of what can still be arrival rather than work; 0 if the two
  // are one.
  std::int64_t inside_worker_at_most() const noexcept;

  const span_record* opened_by = nullptr;  // ended the pause (wait_rule::opened_queue)
  std::vector<blocker> behind;             // the longest first; empty unless these explain the wait
};

// One for each try at each message that the batch tells of, ordered by the start of the work.
std::vector<queue_wait> find_waits(const message_flow& flow, const clock_relations& clocks);

}  // namespace waybill::inline v0
