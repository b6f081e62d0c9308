#include <waybill/analysis/wait_phrase.hpp>

#include <algorithm>

namespace waybill::inline v0 {

std::string_view to_text(figure_kind kind) noexcept {
  constexpr std::string_view words[] = {"exact", "about", "at_most", "at_least", "unknown"};
  return words[static_cast<std::size_t>(kind)];
}

wait_figure figure_of(const queue_wait& wait) noexcept {
  if (wait.duration) return {wait.exact ? figure_kind::exact : figure_kind::about, *wait.duration};
  if (!wait.observed || wait.rule == wait_rule::clocks_differ) return {figure_kind::unknown, 0};
  const auto seen = std::max<std::int64_t>(*wait.observed, 0);
  switch (wait.rule) {
    case wait_rule::batch:
    case wait_rule::delivery:
    case wait_rule::received:
      return {figure_kind::at_least, seen};
    default:
      return {figure_kind::at_most, seen};
  }
}

bool is_short(const queue_wait& wait, std::int64_t step) noexcept {
  constexpr std::int64_t told = 250'000'000;
  if (wait.duration) return *wait.duration < step || wait.rule == wait_rule::too_short;
  if (wait.rule == wait_rule::clocks_differ || !wait.observed) return false;
  return *wait.observed < told && wait.inside_worker_at_most() < told;
}

std::string place_of(const queue_wait& wait) {
  std::string text;
  if (!wait.queue.empty()) return text.append("queued on \"").append(wait.queue).append("\"");
  return text.append("queued for ").append(wait.task.empty() ? "a worker" : wait.task);
}

std::string_view how_sure(const queue_wait& wait) noexcept {
  switch (figure_of(wait).kind) {
    case figure_kind::exact:
      return "";
    case figure_kind::at_most:
      return "up to ";
    default:
      return "about ";
  }
}

std::string_view reservation(const queue_wait& wait) noexcept {
  if (wait.duration) {
    switch (wait.rule) {
      case wait_rule::busy_worker:
      case wait_rule::opened_queue:
        return " (two clocks, and taken as not delayed)";
      case wait_rule::previous_attempt:
        return " (whole seconds before it taken for backoff)";
      default:
        return wait.exact ? "" : " (two clocks)";
    }
  }
  switch (wait.rule) {
    case wait_rule::hidden_delay:
      return " or delayed on purpose, which its spans do not tell";
    case wait_rule::other_route:
      return " or parked elsewhere on the way";
    case wait_rule::previous_attempt:
    case wait_rule::earlier_attempt:
      return " or in backoff";
    case wait_rule::run_step:
      return " or waiting for an earlier step";
    case wait_rule::received:
      return " until received";
    case wait_rule::surrounding_span:
    case wait_rule::inside_send:
      return ", counted from the start of its sending";
    default:
      return "";
  }
}

std::string behind_phrase(const queue_wait& wait) {
  if (wait.opened_by != nullptr) return ", until " + std::string{wait.opened_by->name};
  if (wait.behind.empty()) return {};
  const auto& longest = wait.behind.front();
  std::string text = ", behind " + longest.name;
  if (wait.behind.size() > 1)
    text.append(" and ").append(std::to_string(wait.behind.size() - 1)).append(" more");
  if (!longest.worker.empty()) text.append(" on ").append(longest.worker);
  return text;
}

}  // namespace waybill::inline v0
