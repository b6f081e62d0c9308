#include <waybill/analysis/eligibility.hpp>

#include <waybill/analysis/delay_hint.hpp>
#include <waybill/analysis/instant.hpp>

#include <algorithm>
#include <charconv>

namespace waybill::inline v0 {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t millisecond = 1'000'000;
constexpr std::int64_t widest_guessed = 400 * millisecond;

// Whose clock stamps what a span says: an engine's own, for tools that have one, else its sender's.
std::optional<sender_number> clock_of(const message_flow& flow, node_number node) noexcept {
  if (flow.step(node).tool != nullptr && flow.step(node).tool->engine_clock) return std::nullopt;
  return flow.forest()[node].sender;
}

struct due_time {
  std::optional<unix_nanos> at = {};
  bool unreadable = false;  // one is told of, but which?
  bool at_once = false;     // told that there is none
};

// waybill's own word, on either side's span.
due_time read_own_due(std::int64_t due) noexcept {
  if (due == 0) return {.at_once = true};
  return is_plausible(due) ? due_time{.at = due} : due_time{.unreadable = true};
}

// The worker's span tells when this try was due; the sender's span, when the first one was.
due_time due_of(const message_flow& flow, const delivery& one) noexcept {
  const auto& worker = flow.step(one.span).said;
  if (!worker.due_text.empty()) {
    const auto at = parse_instant(worker.due_text);
    return {.at = at, .unreadable = !at};
  }
  if (worker.own_due) return read_own_due(*worker.own_due);
  if (one.sent_by == no_node || one.attempt > 1) return {};
  const auto& sender = flow.step(one.sent_by).said;
  if (sender.own_due) return read_own_due(*sender.own_due);
  if (sender.due_list.empty()) return {};
  const auto at = parse_single_instant(sender.due_list);
  return {.at = at, .unreadable = !at};
}

std::optional<unix_nanos> event_time(const span_record& span, std::string_view name) noexcept {
  for (const auto& event : span.events) {
    if (event.name == name && is_plausible(event.time)) return event.time;
  }
  return std::nullopt;
}

// `1795504682452-0`: the server's milliseconds.
std::optional<unix_nanos> stream_entry_time(std::string_view id) noexcept {
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + std::min<std::size_t>(id.size(), 13), ms);
  if (error != std::errc{} || ms < 0 || !is_plausible(ms * millisecond)) return std::nullopt;
  return ms * millisecond;
}

// Sidekiq stamps a job anew when its poller moves it from the schedule or the retries to the queue, which may be seconds
// after it was due: only a job that went to the queue at once was ready when the stamp says.
std::optional<eligibility> from_sidekiq(const span_record& span) noexcept {
  const auto ready = event_time(span, "enqueued_at");
  const auto created = event_time(span, "created_at");
  if (!ready) return std::nullopt;
  const bool at_once = created && *ready - *created >= 0 && *ready - *created < early_hand_over;
  return eligibility{.earliest = created && !at_once ? std::min(*created, *ready) : *ready,
                     .latest = *ready,
                     .rule = at_once ? wait_rule::producer_stamp : wait_rule::hidden_delay,
                     .certain = at_once};
}

std::optional<eligibility> after_previous(const message_flow& flow, const delivery& one,
                                          const handler_start& began) noexcept {
  const auto& forest = flow.forest();
  eligibility found{.latest = began.latest, .clock = forest[one.span].sender};
  if (one.may_be_another && one.sent_by != no_node) {
    found.rule = wait_rule::same_sender;
    found.earliest = std::min(forest[one.sent_by].end, began.earliest);
    found.clock = clock_of(flow, one.sent_by);
    return found;
  }
  found.rule = wait_rule::previous_attempt;
  found.earliest = forest[one.previous].end;
  found.clock = forest[one.previous].sender;
  return found;
}

// A message went out somewhere between two moments. Where these are close the middle is told: a guess that is off by half of
// that at most, and marked.
void guess_within(eligibility& found, unix_nanos from, unix_nanos to) noexcept {
  const std::int64_t width = saturating_difference(to, from);
  if (width < 0 || width > widest_guessed) return;
  found.earliest = found.latest = from + width / 2;
  found.certain = found.guessed = true;
}

// From the sender's span alone.
eligibility after_sending(const message_flow& flow, const delivery& one,
                          const handler_start& began) noexcept {
  const auto& forest = flow.forest();
  const auto& sent = forest[one.sent_by];
  const auto& sent_step = flow.step(one.sent_by);
  const auto& worker = flow.step(one.span);
  eligibility found{.earliest = sent.end,
                    .latest = sent.end,
                    .rule = wait_rule::producer_span,
                    .certain = true,
                    .clock = clock_of(flow, one.sent_by)};
  const auto doubt = [&](wait_rule why) {
    if (!found.certain) return;
    found.certain = found.guessed = false;
    found.rule = why;
  };

  // Where the sender's span covers the work, the message went out near its start.
  const bool began_inside = began.earliest < sent.end;
  if (began_inside && worker.tool->engine_clock) {
    found.earliest = found.latest = sent.start;
  } else if (has(sent.oddities, oddity::unfinished) ||
             (began.earliest < sent.end - early_hand_over && began.earliest >= sent.start - clock_rounding)) {
    doubt(wait_rule::inside_send);
    found.earliest = std::min(sent.start, began.earliest);
    if (!has(sent.oddities, oddity::unfinished)) guess_within(found, found.earliest, began.earliest);
  }
  if (sent_step.role != message_role::enqueue) {
    doubt(wait_rule::surrounding_span);
    found.earliest = sent.start;
  }
  if (one.republished && worker.delay != delay_rule::shown) doubt(wait_rule::previous_attempt);
  const bool may_hide_delay = worker.delay == delay_rule::hidden || sent_step.delay == delay_rule::hidden;
  const bool seldom_hides_delay = worker.delay == delay_rule::seldom ||
                                  sent_step.delay == delay_rule::seldom ||
                                  worker.delay == delay_rule::by_a_call;
  if ((may_hide_delay || seldom_hides_delay) && !due_of(flow, one).at_once) {
    found.seldom_otherwise = found.certain && !may_hide_delay && !speaks_of_delay(forest, one.sent_by);
    doubt(wait_rule::hidden_delay);
  }
  if (worker.tool->direct_route &&
      (!same_route(sent_step, worker) || is_parking_queue(worker.queue) ||
       is_parking_queue(worker.said.destination) || is_parking_queue(sent_step.queue))) {
    found.seldom_otherwise = false;
    doubt(wait_rule::other_route);
  }
  return found;
}

// From a span around the sending: its end, where it is short beside the wait.
eligibility after_surrounding(const message_flow& flow, const delivery& one, const handler_start& began) {
  const auto& forest = flow.forest();
  const auto& around = forest[one.surrounding];
  const auto& worker = flow.step(one.span);
  eligibility found{.earliest = around.start,
                    .latest = began.latest,
                    .rule = wait_rule::surrounding_span,
                    .clock = around.sender};
  const std::int64_t length = around.end - around.start;
  const std::int64_t observed = saturating_difference(began.earliest, around.end);
  const bool is_short = length <= std::max(early_hand_over, observed / 10) && observed >= -early_hand_over;
  const bool is_first = worker.attempt.value_or(1) == 1 && !one.may_be_another;
  const bool is_undelayed = worker.delay == delay_rule::none || worker.delay == delay_rule::by_a_call;
  if (!is_first || !is_undelayed || has(around.oddities, oddity::unfinished) ||
      has(around.oddities, oddity::absurd_time) ||
      speaks_of_delay_inside(forest, one.surrounding, began.earliest)) {
    return found;
  }
  found.latest = std::min(around.end, began.earliest);
  if (is_short) {
    found.earliest = found.latest = around.end;
    found.certain = true;
  } else {
    guess_within(found, around.start, found.latest);
  }
  return found;
}

// What the message itself carries, where no span of the sender is here.
std::optional<eligibility> from_stamps(const message_flow& flow, const delivery& one) noexcept {
  const auto& worker = flow.step(one.span);
  const auto& said = worker.said;
  const auto start = flow.forest()[one.span].start;
  eligibility found{.rule = wait_rule::producer_stamp};
  if (said.queue_time_ms && *said.queue_time_ms >= 0 && *said.queue_time_ms < 1'000'000'000'000 &&
      worker.delay == delay_rule::none) {
    found.earliest = found.latest = start - *said.queue_time_ms * millisecond;
    found.certain = true;
    return found;
  }
  if (worker.system == "redis" && worker.delay == delay_rule::none) {
    const auto at = stream_entry_time(said.message_id);
    if (!at) return std::nullopt;
    found.rule = wait_rule::queue_clock;
    found.earliest = found.latest = *at;
    found.certain = true;
    return found;
  }
  if (said.enqueued_seconds && *said.enqueued_seconds > 0 && *said.enqueued_seconds < 7'258'118'400) {
    found.earliest =
        *said.enqueued_seconds * second;  // cut to whole seconds, and a scheduled one may be in it
    found.rule = wait_rule::hidden_delay;
    return found;
  }
  if (said.latency_ms && *said.latency_ms > 0 && *said.latency_ms < 1e12) {
    found.earliest = start - static_cast<std::int64_t>(*said.latency_ms * 1e6);
    found.rule = wait_rule::hidden_delay;
    return found;
  }
  return std::nullopt;
}

}  // namespace

std::optional<eligibility> find_eligibility(const message_flow& flow, const delivery& one,
                                            const handler_start& began) {
  const auto& forest = flow.forest();
  const auto& worker = flow.step(one.span);

  if (worker.tool->tool == "sidekiq") {
    if (auto ready = from_sidekiq(*forest[one.span].record)) {
      if (!ready->certain) ready->latest = began.latest;
      return ready;
    }
  }
  if (one.previous != no_node && !one.republished &&
      !has(forest[one.previous].oddities, oddity::absurd_time)) {
    return after_previous(flow, one, began);
  }

  std::optional<eligibility> found;
  if (one.sent_by != no_node && !has(forest[one.sent_by].oddities, oddity::absurd_time)) {
    found = after_sending(flow, one, began);
  } else if (one.attempt == 1) {
    found = from_stamps(flow, one);
  }
  const auto due = due_of(flow, one);
  if (due.at) {  // says it all: whatever lies before it was on purpose
    if (!found) found = eligibility{.earliest = *due.at};
    found->earliest = found->latest = std::max(found->earliest, *due.at);
    found->rule = wait_rule::due_time;
    found->certain = true;
    found->seldom_otherwise = false;
    found->due = due.at;
  }
  if (!found && one.surrounding != no_node) found = after_surrounding(flow, one, began);
  if (!found) return found;

  const auto doubt = [&](wait_rule why) {
    found->certain = found->guessed = found->seldom_otherwise = false;
    found->rule = why;
  };
  if (due.unreadable) doubt(wait_rule::hidden_delay);
  if (one.follows_step) doubt(wait_rule::run_step);
  if (one.earlier_unseen) doubt(wait_rule::earlier_attempt);
  if (!found->certain && found->rule != wait_rule::surrounding_span) found->latest = began.latest;
  return found;
}

}  // namespace waybill::inline v0
