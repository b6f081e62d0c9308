#include <waybill/analysis/wait_phrase.hpp>

namespace waybill::inline v0 {

bool is_short(const queue_wait& wait, std::int64_t step) noexcept {
  constexpr std::int64_t told = 250'000'000;
  if (wait.duration) return *wait.duration < step;
  if (wait.rule == wait_rule::clocks_differ || !wait.observed) return false;
  return *wait.observed < told && wait.inside_worker_at_most() < told;
}

std::string place_of(const queue_wait& wait) {
  std::string text;
  if (!wait.queue.empty()) return text.append("queued on \"").append(wait.queue).append("\"");
  return text.append("queued for ").append(wait.task.empty() ? "a worker" : wait.task);
}

std::string_view how_sure(const queue_wait& wait) noexcept {
  if (wait.duration) return wait.exact ? "" : "about ";
  switch (wait.rule) {
    case wait_rule::batch:
    case wait_rule::delivery:
    case wait_rule::received:
      return "about ";  // until the message came
    default:
      return "up to ";
  }
}

std::string_view reservation(const queue_wait& wait) noexcept {
  if (wait.duration) return wait.exact ? "" : " (two clocks)";
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
  if (wait.behind.empty()) return {};
  const auto& longest = wait.behind.front();
  std::string text = ", behind " + longest.name;
  if (wait.behind.size() > 1)
    text.append(" and ").append(std::to_string(wait.behind.size() - 1)).append(" more");
  if (!longest.worker.empty()) text.append(" on ").append(longest.worker);
  return text;
}

}  // namespace waybill::inline v0
