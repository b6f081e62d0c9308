#include <waybill/analysis/problem.hpp>

#include <waybill/analysis/duration_text.hpp>
#include <waybill/analysis/instant.hpp>

#include <array>

namespace waybill::inline v0 {
namespace {

// In the order of the enumerators.
constexpr auto words = std::to_array<std::string_view>(
    {"orphan", "repeated_span", "own_parent", "cycle", "ends_before_start", "unfinished", "absurd_time",
     "starts_before_parent", "clocks_differ", "negative_wait", "overlapping_attempts", "not_started",
     "expired", "unreadable"});
static_assert(words.size() == static_cast<std::size_t>(problem_kind::unreadable) + 1);

std::string quoted(std::string_view text) {
  return std::string{"\""}.append(text).append("\"");
}

std::string span_named(const span_record& span) {
  std::string text = quoted(span.name);
  if (const auto service = service_name(span.resource); !service.empty()) text.append(" of ").append(service);
  return text;
}

}  // namespace

std::string_view to_text(problem_kind kind) noexcept {
  return words[static_cast<std::size_t>(kind)];
}

std::vector<problem> problem_list::finish() {
  for (std::size_t kind = 0; kind < std::size(counts_); ++kind) {
    if (counts_[kind] <= most_in_full) continue;
    const auto more = counts_[kind] - most_in_full;
    list_.push_back(
        {static_cast<problem_kind>(kind), std::nullopt,
         "The same is true of " + std::to_string(more) + (more == 1 ? " more." : " more spans.")});
  }
  return std::move(list_);
}

void add_oddities(problem_list& to, const span_forest& forest, node_number node, bool has_expired) {
  const auto& odd = forest[node];
  const auto& record = *odd.record;
  if (odd.oddities == oddity::none) return;
  const auto add = [&](oddity one, problem_kind kind, auto&& make_sentence) {
    if (has(odd.oddities, one)) to.add(kind, record.span, make_sentence);
  };
  add(oddity::orphan, has_expired ? problem_kind::expired : problem_kind::orphan, [&] {
    if (has_expired) {
      return span_named(record) + " has the parent " + record.parent->to_hex() +
             ", which expired by retention.";
    }
    return span_named(record) + " has the parent " + record.parent->to_hex() +
           ", which has not arrived: not sampled, not instrumented, or still open.";
  });
  add(oddity::repeated, problem_kind::repeated_span, [&] {
    return span_named(record) +
           " came more than once and not the same each time: the most complete one is shown.";
  });
  add(oddity::own_parent, problem_kind::own_parent,
      [&] { return span_named(record) + " names itself as its parent: it is shown as a root."; });
  add(oddity::in_cycle, problem_kind::cycle,
      [&] { return span_named(record) + " is its own ancestor: the circle is cut above it."; });
  add(oddity::ends_before_start, problem_kind::ends_before_start, [&] {
    return span_named(record) + " ends " + duration_text(saturating_difference(record.start, record.end)) +
           " before it starts: it is shown without a length.";
  });
  add(oddity::unfinished, problem_kind::unfinished,
      [&] { return span_named(record) + " has no end: it is shown without a length."; });
  add(oddity::absurd_time, problem_kind::absurd_time, [&] {
    return span_named(record) + " has times that cannot be (start " + std::to_string(record.start) +
           ", end " + std::to_string(record.end) + "): it is shown beside its parent.";
  });
  add(oddity::starts_before_parent, problem_kind::starts_before_parent, [&] {
    return span_named(record) + " starts " + duration_text(forest[odd.parent].start - odd.start) +
           " before its parent " + span_named(*forest[odd.parent].record) +
           (odd.sender == forest[odd.parent].sender ? "." : ": their clocks differ by at least that.");
  });
}

void add_wait_problems(problem_list& to, const message_flow& flow, const queue_wait& wait) {
  if (!wait.work_span || wait.work == no_node) return;
  const auto& forest = flow.forest();
  const auto& work = *forest[wait.work].record;
  if (wait.rule == wait_rule::clocks_differ) {
    to.add(problem_kind::clocks_differ, work.span, [&] {
      std::string text =
          "The wait before " + span_named(work) + " is unknown: effects were seen before their causes";
      if (wait.sender != nullptr)
        text.append(", so its clock and that of ").append(span_named(*wait.sender)).append(" differ");
      if (wait.observed) text.append(" (the stamps say ").append(duration_text(*wait.observed)).append(")");
      return text + ".";
    });
  } else if (wait.duration && *wait.duration < -clock_rounding) {
    to.add(problem_kind::negative_wait, work.span, [&] {
      return "The wait before " + span_named(work) + " is " + duration_text(*wait.duration) +
             (forest[wait.work].start >= (wait.sender != nullptr ? wait.sender->start : 0)
                  ? ": the worker had the message before the call that sent it returned."
                  : ": two clocks that differ.");
    });
  }
  if (wait.rule == wait_rule::previous_attempt && wait.observed && *wait.observed < 0) {
    to.add(problem_kind::overlapping_attempts, work.span, [&] {
      return span_named(work) + " is attempt " + std::to_string(wait.attempt) + " and starts " +
             duration_text(-*wait.observed) +
             " before the one before has ended: its time to work may be too short.";
    });
  }
}

void add_not_started(problem_list& to, const message_flow& flow, node_number enqueued) {
  const auto& record = *flow.forest()[enqueued].record;
  to.add(problem_kind::not_started, record.span, [&] {
    const auto queue = flow.step(enqueued).queue;
    return "What " + span_named(record) + " sent" + (queue.empty() ? "" : " to " + quoted(queue)) +
           " has no span of a worker so far: not taken yet, not sampled, or not instrumented.";
  });
}

}  // namespace waybill::inline v0
