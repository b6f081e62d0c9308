#include <waybill/analysis/queue_wait.hpp>

#include <waybill/analysis/eligibility.hpp>
#include <waybill/analysis/instant.hpp>
#include <waybill/analysis/occupancy.hpp>
#include <waybill/record/queue_timing.hpp>

#include <algorithm>
#include <array>

namespace waybill::inline v0 {
namespace {

// From spans of two processes nothing shorter can be told from overhead, unless there is more to go by.
constexpr std::int64_t shortest_told = 250'000'000;
constexpr std::int64_t begins_at_once = 40'000'000;  // the handler's first span, after the span around it
constexpr std::int64_t start_at_most =
    70'000'000;  // what a process's first work takes until its handler runs

constexpr std::int64_t backoff_step = 1'000'000'000;  // people ask for whole seconds
constexpr std::int64_t most_beyond = 100'000'000;     // that a free worker takes from due to started

constexpr std::int64_t shortest_delay = 50'000'000;  // that anybody asks for
constexpr std::int64_t between_messages = 20'000'000;
constexpr std::int64_t between_messages_of_a_batch = 100'000'000;  // each is settled before the next begins

// In the order of the enumerators.
constexpr auto rule_words = std::to_array<std::string_view>(
    {"same_clock",       "queue_clock",     "producer_stamp", "producer_span", "busy_worker",
     "opened_queue",     "due_time",        "drawn_span",     "too_short",     "hidden_delay",
     "previous_attempt", "earlier_attempt", "other_route",    "run_step",      "same_sender",
     "inside_send",      "batch",           "delivery",       "received",      "surrounding_span",
     "clocks_differ",    "sender_unseen"});
static_assert(rule_words.size() == static_cast<std::size_t>(wait_rule::sender_unseen) + 1);

constexpr auto part_words = std::to_array<std::string_view>(
    {"scheduled", "backoff", "queued", "held", "queued_or_delayed", "queued_or_backoff", "held_or_work"});
static_assert(part_words.size() == static_cast<std::size_t>(wait_part_kind::held_or_work) + 1);

void add_part(queue_wait& wait, wait_part_kind kind, std::int64_t duration) {
  if (duration > 0) wait.parts.push_back({kind, duration});
}

// The spans by which waybill drew waits, by the span they were drawn for.
class drawn_waits {
 public:
  explicit drawn_waits(const message_flow& flow) {
    for (node_number node = 0; node < flow.forest().size(); ++node) {
      if (flow.step(node).role != message_role::queued) continue;
      const auto target = span_id::from_hex(flow.step(node).said.own_wait_for, hex_case::any);
      if (target) drawn_.push_back({*target, node});
    }
    std::ranges::stable_sort(drawn_, {}, &drawn::target);
  }
  // The work may be in another trace, where it only links to its sender. Of a batch's, the one under this sender.
  node_number take(const span_forest& forest, const span_id& work, const delivery& of) {
    const auto first = std::ranges::lower_bound(drawn_, work, {}, &drawn::target);
    const auto last = std::ranges::upper_bound(drawn_, work, {}, &drawn::target);
    if (first == last) return no_node;
    const auto of_sender = std::find_if(
        first, last, [&](const drawn& one) { return !one.taken && forest[one.node].parent == of.sent_by; });
    if (of_sender == last && of.in_batch) return no_node;
    const auto at = of_sender != last ? of_sender : first;
    at->taken = true;
    return at->node;
  }
  template <class Visit>
  void for_each_left(Visit&& visit) const {
    const drawn* before = nullptr;
    for (const auto& one : drawn_) {
      const bool repeated = before != nullptr && before->target == one.target;
      if (!one.taken && !repeated) visit(one.node, one.target);
      if (!repeated) before = &one;
    }
  }

 private:
  struct drawn {
    span_id target;
    node_number node;
    bool taken = false;
  };
  std::vector<drawn> drawn_;
};

// What waybill measured itself: the worker's library knew the message, and whose clock stamped it.
// A due time of a later try is backoff since the try before; where that is not here, nobody can say since when.
void add_delay_part(queue_wait& wait, const message_flow& flow, const delivery& one, unix_nanos due) {
  const auto& forest = flow.forest();
  if (one.previous != no_node) {
    add_part(wait, wait_part_kind::backoff, saturating_difference(due, forest[one.previous].end));
  } else if (one.sent_by != no_node && one.attempt == 1) {
    add_part(wait, wait_part_kind::scheduled, saturating_difference(due, forest[one.sent_by].end));
  }
}

void use_own_measurement(queue_wait& wait, const message_flow& flow, const clock_relations& clocks,
                         const delivery& one, const messaging_attributes& said) {
  const auto& forest = flow.forest();
  const auto& work = forest[wait.work];
  const bool sender_shares_clock =
      wait.sent_by != no_node && clocks.same_clock(work.sender, forest[wait.sent_by].sender);
  const bool sender_disagrees =
      wait.sent_by != no_node && clocks.disagree(work.sender, forest[wait.sent_by].sender);

  wait.duration = wait.observed = said.own_wait;
  wait.rule = said.wait_basis == to_text(wait_basis::same_clock)    ? wait_rule::same_clock
              : said.wait_basis == to_text(wait_basis::queue_clock) ? wait_rule::queue_clock
                                                                    : wait_rule::producer_stamp;
  const bool one_clock =
      wait.rule == wait_rule::same_clock || (wait.rule == wait_rule::producer_stamp && sender_shares_clock);
  wait.exact = one_clock && !sender_disagrees && *said.own_wait >= -clock_rounding;

  wait.to = work.start;
  wait.from = work.start - std::clamp<std::int64_t>(*said.own_wait, 0, work.start);
  if (said.own_due) add_delay_part(wait, flow, one, *said.own_due);
  const auto held =
      std::clamp<std::int64_t>(said.own_held.value_or(0), 0, std::max<std::int64_t>(*said.own_wait, 0));
  add_part(wait, wait_part_kind::queued, *said.own_wait - held);
  add_part(wait, wait_part_kind::held, held);
}

// A batch of waybill's says on each link what a task says on its span.
std::optional<messaging_attributes> said_by_link(const delivery& one) {
  if (one.link == nullptr) return std::nullopt;
  const span_record as_span{
      .trace = one.link->trace, .span = one.link->span, .attributes = one.link->attributes};
  return fold_messaging_attributes(as_span, plain_names::ignored);
}

wait_part_kind mixed_part(wait_rule rule) noexcept {
  switch (rule) {
    case wait_rule::hidden_delay:
    case wait_rule::other_route:
      return wait_part_kind::queued_or_delayed;
    case wait_rule::previous_attempt:
    case wait_rule::earlier_attempt:
      return wait_part_kind::queued_or_backoff;
    default:
      return wait_part_kind::queued;
  }
}

// A worker that took up nothing else in the place of the try before takes a retry as soon as it is due: a little more than
// whole seconds between the two is taken for those seconds of backoff, and the little for the wait. A guess, and marked.
bool guess_backoff(queue_wait& wait, const message_flow& flow, const delivery& one, const eligibility& able,
                   const occupancy& workers) {
  const std::int64_t gap = *wait.observed;
  if (able.rule != wait_rule::previous_attempt || one.previous == no_node || gap < backoff_step ||
      gap % backoff_step > most_beyond ||
      flow.forest()[one.previous].sender != flow.forest()[one.span].sender ||
      !workers.began_nothing_since(one.span, able.earliest)) {
    return false;
  }
  wait.duration = gap % backoff_step;
  wait.from = wait.to - *wait.duration;
  add_part(wait, wait_part_kind::backoff, gap - *wait.duration);
  return true;
}

void add_parts(queue_wait& wait, const message_flow& flow, const delivery& one, const eligibility& able,
               const handler_start& began) {
  const auto& forest = flow.forest();
  if (able.due) add_delay_part(wait, flow, one, *able.due);
  if (wait.duration) {
    std::int64_t held = 0;
    if (one.received_by != no_node && forest[one.received_by].sender == forest[one.span].sender) {
      const auto& receive = forest[one.received_by];
      const bool about_this_message = receive.parent != no_node && receive.start >= able.earliest;
      held = began.earliest - (about_this_message ? receive.start : receive.end);
    }
    held = std::clamp<std::int64_t>(held, 0, std::max<std::int64_t>(*wait.duration, 0));
    add_part(wait, wait_part_kind::queued, *wait.duration - held);
    add_part(wait, wait_part_kind::held, held);
    return;
  }
  add_part(wait, able.certain ? wait_part_kind::queued : mixed_part(able.rule), *wait.observed);
  if (!began.open_end) add_part(wait, wait_part_kind::held_or_work, began.latest - began.earliest);
}

// A message that arrived while the worker worked on others, one after another, was begun as soon as it was free.
void begin_when_free(handler_start& began, const delivery& one, unix_nanos able, const occupancy& workers) {
  if (!began.latest_is_own_span || !workers.one_at_a_time(one.span, able, began.latest)) return;
  const std::int64_t pause = one.in_batch ? between_messages_of_a_batch : between_messages;
  const bool freed =
      std::ranges::any_of(workers.blockers_of(one.span, able, began.latest), [&](const blocker& before) {
        return std::abs(saturating_difference(began.latest, before.span->end)) <= pause;
      });
  if (freed) began = {.earliest = began.latest, .latest = began.latest};
}

// Between two processes a send span ends after the message is out, and a processing span begins before the handler: by
// 60 ms and more in a process that just started. Others, and handlers that are seen to begin at once, are told.
bool tells_short_waits(const message_flow& flow, const delivery& one, const occupancy& workers) {
  const node_number own = flow.first_inside(one.span);
  const auto& forest = flow.forest();
  if (own != no_node && forest[own].start <= forest[one.span].start + begins_at_once) return true;
  return workers.worked_before(one.span);
}

// The delay that a tool could hide, and mostly does not, is taken for none where it would hardly matter, and where something
// else explains the whole time: the worker's other work, or a pause of the queue.
std::optional<wait_rule> explain_without_delay(queue_wait& wait, const eligibility& able, const delivery& one,
                                               const handler_start& began, const occupancy& workers) {
  const bool may_hold_back = able.rule == wait_rule::hidden_delay || able.rule == wait_rule::other_route ||
                             (able.rule == wait_rule::previous_attempt && one.republished);
  if (!may_hold_back || began.doubt) return std::nullopt;
  if (*wait.observed >= -early_hand_over && *wait.observed <= shortest_delay && one.sent_by != no_node)
    return wait_rule::producer_span;
  if (able.rule != wait_rule::hidden_delay || !able.seldom_otherwise || one.attempt != 1) return std::nullopt;
  if (!workers.blockers_of(one.span, able.earliest, began.earliest).empty()) return wait_rule::busy_worker;
  wait.opened_by = workers.opened_by(one.span, able.earliest);
  if (wait.opened_by != nullptr) return wait_rule::opened_queue;
  return std::nullopt;
}

void conclude(queue_wait& wait, const message_flow& flow, const clock_relations& clocks,
              const occupancy& workers, const delivery& one) {
  const auto& work = flow.forest()[one.span];
  auto began = find_handler_start(flow, one);
  wait.from = wait.to = began.earliest;
  if (has(work.oddities, oddity::absurd_time)) return;
  auto able = find_eligibility(flow, one, began);
  if (!able) return;
  if (began.doubt) begin_when_free(began, one, able->earliest, workers);

  wait.observed = saturating_difference(began.earliest, able->earliest);
  const bool one_clock = able->clock && clocks.same_clock(*able->clock, work.sender);
  if (able->clock && clocks.disagree(*able->clock, work.sender)) {
    wait.rule = wait_rule::clocks_differ;
    wait.low = 0;
    return;
  }
  if (!able->certain) {
    if (const auto rule = explain_without_delay(wait, *able, one, began, workers)) {
      able->certain = true;
      able->rule = *rule;
    }
  }
  wait.rule = able->certain && began.doubt ? *began.doubt : able->rule;
  wait.from = std::min(able->earliest, began.earliest);
  if (!one_clock && able->certain && !began.doubt && *wait.observed < shortest_told &&
      !tells_short_waits(flow, one, workers)) {
    wait.rule = wait_rule::too_short;
  }
  if (able->certain && !began.doubt) {
    wait.duration = wait.observed;
    if (wait.rule ==
        wait_rule::too_short) {  // between what is seen and what starting may add to it: a guess, and marked
      *wait.duration += start_at_most / 2;
      wait.from = wait.to - *wait.duration;
    }
    wait.exact = one_clock && !able->guessed && *wait.observed >= -early_hand_over;
  } else if (!guess_backoff(wait, flow, one, *able, workers)) {
    wait.low = one_clock ? std::max<std::int64_t>(began.earliest - able->latest, 0) : 0;
    if (one_clock && !began.open_end) wait.high = std::max<std::int64_t>(began.latest - able->earliest, 0);
  }
  add_parts(wait, flow, one, *able, began);
}

}  // namespace

std::string_view to_text(wait_rule rule) noexcept {
  return rule_words[static_cast<std::size_t>(rule)];
}

std::string_view to_text(wait_part_kind kind) noexcept {
  return part_words[static_cast<std::size_t>(kind)];
}

std::int64_t queue_wait::inside_worker_at_most() const noexcept {
  const auto part = std::ranges::find(parts, wait_part_kind::held_or_work, &wait_part::kind);
  return part == parts.end() ? 0 : part->duration;
}

namespace {

// Celery under Sentry says it on a span inside the task's: queue.process, which the Queues page reads.
std::string_view queue_of(const message_flow& flow, node_number work) noexcept {
  const std::string_view queue = flow.step(work).queue;
  const node_number inside = queue.empty() ? flow.first_inside(work) : no_node;
  return inside != no_node && flow.step(inside).role == message_role::process ? flow.step(inside).queue
                                                                              : queue;
}

}  // namespace

std::vector<queue_wait> find_waits(const message_flow& flow, const clock_relations& clocks) {
  const auto& forest = flow.forest();
  drawn_waits drawn{flow};
  const occupancy workers{flow};
  std::vector<queue_wait> waits;
  waits.reserve(flow.deliveries().size());
  for (const auto& one : flow.deliveries()) {
    const auto& worker = flow.step(one.span);
    auto& wait = waits.emplace_back();
    wait.work = one.span;
    wait.work_span = forest[one.handler != no_node ? one.handler : one.span].record->span;
    wait.sent_by = one.sent_by;
    if (one.sent_by != no_node) wait.sender = forest[one.sent_by].record;
    wait.drawn = drawn.take(forest, forest[one.span].record->span, one);
    wait.queue = queue_of(flow, one.span);
    wait.system = worker.system;
    wait.task = worker.task;
    wait.worker =
        worker.said.worker.empty() ? forest.senders().service(forest[one.span].sender) : worker.said.worker;
    wait.attempt = one.attempt;
    wait.age = worker.said.own_age;
    if (const auto said = said_by_link(one); said && said->own_wait) {
      wait.age = said->own_age;
      if (said->attempt) wait.attempt = static_cast<std::uint32_t>(std::max<std::int64_t>(*said->attempt, 1));
      use_own_measurement(wait, flow, clocks, one, *said);
    } else if (worker.said.own_wait) {
      use_own_measurement(wait, flow, clocks, one, worker.said);
    } else {
      conclude(wait, flow, clocks, workers, one);
    }
    wait.behind = workers.blockers_of(one.span, wait.from, wait.to);
  }
  drawn.for_each_left([&](node_number node, span_id target) {
    const auto& line = forest[node];
    auto& wait = waits.emplace_back();
    wait.drawn = node;
    wait.work_span = target;
    wait.sent_by = line.parent;
    if (line.parent != no_node) wait.sender = forest[line.parent].record;
    wait.queue = flow.step(node).queue;
    wait.system = flow.step(node).system;
    wait.rule = wait_rule::drawn_span;
    wait.duration = wait.observed = line.end - line.start;
    wait.exact = flow.step(node).said.wait_basis == to_text(wait_basis::same_clock);
    wait.from = line.start;
    wait.to = line.end;
    add_part(wait, wait_part_kind::queued, *wait.duration);
  });
  return waits;
}

}  // namespace waybill::inline v0
