#include <waybill/analysis/verdict.hpp>

#include <waybill/analysis/covered_time.hpp>
#include <waybill/analysis/duration_text.hpp>
#include <waybill/analysis/wait_phrase.hpp>

#include <algorithm>
#include <cmath>

namespace waybill::inline v0 {
namespace {

constexpr std::size_t most_queues = 2;

// All waits of one queue that the same can be said of.
struct queue_group {
  const queue_wait* longest;
  std::vector<interval> intervals;
  std::size_t count = 0;
};

class verdict_writer {
 public:
  explicit verdict_writer(const explained_trace& trace)
      : trace_(trace), step_(duration_step(trace.duration)), left_(round_to_step(trace.duration, step_)) {}

  std::string write() {
    out_ = duration_text(trace_.duration).append(": ");
    group_waits();
    std::size_t named = 0;
    for (const auto& group : groups_) {
      if (++named > most_queues) break;
      add_group(group);
    }
    if (groups_.size() > most_queues) {
      std::size_t more = 0;
      for (std::size_t i = most_queues; i < groups_.size(); ++i) {
        left_percent_ -= std::min(percent(spend(groups_[i].intervals)), left_percent_);
        more += groups_[i].count;
      }
      separate(std::to_string(more).append(more == 1 ? " more wait" : " more waits"));
    }
    add_short();
    add_unknown();
    if (trace_.waits.empty() && not_started() == 0) separate("no queue");
    add_gaps("scheduled", " held back on purpose");
    add_gaps("backoff", " in backoff");
    add_idle();
    if (left_ > 0 || first_) separate(share(left_, left_percent_).append(" work"));
    add_not_started();
    add_errors();
    return out_ + '.';
  }

 private:
  void group_waits() {
    for (const auto& wait : trace_.waits) {
      if (is_short(wait, step_) || (wait.to <= wait.from && wait.inside_worker_at_most() == 0)) continue;
      const auto same = std::ranges::find_if(groups_, [&](const queue_group& group) {
        return group.longest->queue == wait.queue && group.longest->task == wait.task &&
               group.longest->duration.has_value() == wait.duration.has_value();
      });
      auto& group = same != groups_.end() ? *same : groups_.emplace_back(queue_group{&wait, {}, 0});
      if (wait.to - wait.from > group.longest->to - group.longest->from) group.longest = &wait;
      group.intervals.push_back({wait.from, wait.to});
      ++group.count;
    }
    std::ranges::stable_sort(groups_, std::ranges::greater{}, [](const queue_group& group) {
      return group.longest->to - group.longest->from;
    });
  }

  // Takes what the intervals add to the time spoken of from what is left.
  std::int64_t spend(const std::vector<interval>& intervals) {
    const auto added = std::clamp<std::int64_t>(round_to_step(covered_.add(intervals), step_), 0, left_);
    left_ -= added;
    return added;
  }

  int percent(std::int64_t part) const noexcept {
    if (trace_.duration <= 0) return 0;
    return static_cast<int>(
        std::lround(static_cast<double>(part) * 100.0 / static_cast<double>(trace_.duration)));
  }

  std::string share(std::int64_t part, int percent) const {
    auto text = duration_text(part);
    if (trace_.duration > 0) text.append(" (").append(std::to_string(percent)).append(" %)");
    return text;
  }

  void separate(std::string_view text) {
    if (!first_) out_ += "; ";
    first_ = false;
    out_ += text;
  }

  void add_group(const queue_group& group) {
    const auto& wait = *group.longest;
    const auto inside = wait.inside_worker_at_most();
    if (wait.to <= wait.from) {
      separate("up to " + duration_text(inside) + " in the worker's hands before its handler, " +
               place_of(wait) + " before");
      return;
    }
    covered_time own;
    const auto length = round_to_step(own.add(group.intervals), step_);
    const auto added = spend(group.intervals);
    const auto of_all = std::min(percent(added), left_percent_);
    left_percent_ -= of_all;
    std::string text{how_sure(wait)};
    // Otherwise part of it was told already, by a queue that other work waited on at the same time.
    text += added == length ? share(added, of_all) : duration_text(length);
    text.append(" ").append(place_of(wait));
    if (group.count > 1) text.append(" (").append(std::to_string(group.count)).append(" times)");
    if (added != length) text += " meanwhile";
    text += reservation(wait);
    if (inside > 0)
      text.append(", and up to ").append(duration_text(inside)).append(" more inside the worker");
    text += behind_phrase(wait);
    separate(text);
  }

  void add_unknown() {
    const queue_wait* first = nullptr;
    std::size_t count = 0;
    for (const auto& wait : trace_.waits) {
      if (wait.duration || is_short(wait, step_) || wait.to > wait.from) continue;
      if (wait.inside_worker_at_most() != 0) continue;
      if (first == nullptr) first = &wait;
      ++count;
    }
    if (first == nullptr) return;
    std::string text = "unknown how long " + place_of(*first);
    if (first->rule == wait_rule::clocks_differ) {
      text += " (the clocks of sender and worker differ)";
    } else if (first->rule == wait_rule::sender_unseen) {
      text += " (no span of the sender is here)";
    }
    if (count > 1) text.append(", and ").append(std::to_string(count - 1)).append(" more");
    separate(text);
  }

  void add_short() {
    std::vector<interval> intervals;
    const queue_wait* first = nullptr;
    for (const auto& wait : trace_.waits) {
      if (!is_short(wait, step_)) continue;
      if (first == nullptr) first = &wait;
      intervals.push_back({wait.from, wait.to});
    }
    if (first == nullptr) return;
    const auto added = spend(intervals);
    left_percent_ -= std::min(percent(added), left_percent_);
    std::string text = "hardly any wait";
    if (!first->queue.empty()) text.append(" on \"").append(first->queue).append("\"");
    if (added > 0) text.append(" (").append(duration_text(added)).append(")");
    if (added > 0 || groups_.empty()) separate(text);
  }

  void add_gaps(std::string_view name, std::string_view words) {
    std::vector<interval> gaps;
    for (const auto& row : trace_.rows) {
      if (row.kind == row_kind::gap && row.name == name)
        gaps.push_back({row.start, row.start + row.duration});
    }
    add_part(gaps, words);
  }

  // What no row but a gap covers.
  void add_idle() {
    covered_time busy = covered_;
    std::vector<interval> spans;
    for (const auto& row : trace_.rows) {
      if (row.kind == row_kind::span) spans.push_back({row.start, row.start + row.duration});
    }
    busy.add(spans);
    add_part(busy.complement({trace_.start, trace_.start + trace_.duration}),
             " in gaps without a sign of a queue");
  }

  void add_part(const std::vector<interval>& intervals, std::string_view words) {
    const auto added = spend(intervals);
    const auto of_all = std::min(percent(added), left_percent_);
    if (of_all < 1) return;
    left_percent_ -= of_all;
    separate(share(added, of_all).append(words));
  }

  std::size_t not_started() const {
    return static_cast<std::size_t>(std::ranges::count_if(trace_.problems, [](const problem& one) {
      return one.kind == problem_kind::not_started && one.span;
    }));
  }

  void add_not_started() {
    const auto count = not_started();
    if (count == 0) return;
    separate(count == 1 ? std::string{"1 message that no worker has started so far"}
                        : std::to_string(count).append(" messages that no worker has started so far"));
  }

  void add_errors() {
    if (trace_.errors == 0) return;
    std::string text = std::to_string(trace_.errors).append(trace_.errors == 1 ? " error" : " errors");
    const auto failed = std::ranges::find(trace_.rows, status_code::error, &trace_row::status);
    if (failed != trace_.rows.end())
      text.append(trace_.errors == 1 ? ": " : ", first in ").append(failed->name);
    separate(text);
  }

  const explained_trace& trace_;
  const std::int64_t step_;
  std::int64_t left_;  // of the duration, in whole steps
  int left_percent_ = 100;
  covered_time covered_;
  std::vector<queue_group> groups_;
  std::string out_;
  bool first_ = true;
};

}  // namespace

std::string write_verdict(const explained_trace& trace) {
  if (trace.rows.empty()) return "No spans of this trace have arrived.";
  return verdict_writer{trace}.write();
}

}  // namespace waybill::inline v0
