#include <waybill/analysis/messaging_span.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/record/wait_names.hpp>

#include <algorithm>
#include <array>

namespace waybill::inline v0 {
namespace {

// `queue.task.celery` fits `queue.task`, `hatchet.start_step_run.deploy` fits `hatchet.start_step_run`.
const role_word* find_word(std::span<const role_word> words, std::string_view text) noexcept {
  for (const auto& one : words) {
    if (text.starts_with(one.word) && (text.size() == one.word.size() || text[one.word.size()] == '.'))
      return &one;
  }
  return nullptr;
}

std::string_view first_word(std::string_view name) noexcept {
  return name.substr(0, name.find(' '));
}

std::string_view last_word(std::string_view name) noexcept {
  const auto blank = name.rfind(' ');
  return blank == std::string_view::npos ? name : name.substr(blank + 1);
}

// Span names are `<operation> <queue>` in new conventions and `<queue> <operation>` in old ones.
const role_word* find_operation(const tool_signature& tool, const span_record& span,
                                std::string_view operation) noexcept {
  if (tool.look_in == tool_signature::words_in::name) {
    return find_word(tool.words, span.name.substr(0, span.name.find_first_of(": ")));
  }
  if (const auto* const word = find_word(tool.words, operation)) return word;
  if (const auto* const word = find_word(tool.words, last_word(span.name))) return word;
  return find_word(tool.words, first_word(span.name));
}

message_role role_by_kind(const span_record& span) noexcept {
  if (span.kind == span_kind::producer) return message_role::enqueue;
  if (span.kind == span_kind::consumer) return message_role::process;
  return message_role::none;
}

// What is left of a span's name without the operation.
std::string_view queue_in_name(const tool_signature& tool, std::string_view name) noexcept {
  const auto last = last_word(name);
  if (last.size() < name.size() && find_word(tool.words, last) != nullptr)
    return name.substr(0, name.size() - last.size() - 1);
  const auto first = first_word(name);
  if (first.size() < name.size() && find_word(tool.words, first) != nullptr)
    return name.substr(first.size() + 1);
  return {};
}

std::string_view queue_of(const messaging_span& step, const span_record& span) noexcept {
  const auto& said = step.said;
  if (step.tool->tool == "hatchet" && !said.task.empty()) return said.task.substr(0, said.task.find(':'));
  if (step.tool->tool == "temporal") return said.destination;
  if (step.tool->tool == "amqplib" && step.role == message_role::process)
    return queue_in_name(*step.tool, span.name);
  if (!said.destination.empty()) return said.destination;
  if (!said.routing_key.empty()) return said.routing_key;
  return queue_in_name(*step.tool, span.name);
}

// `task:report/monthly` is report:monthly.
std::string_view task_of(const messaging_span& step, const span_record& span) noexcept {
  if (!step.said.task.empty()) return step.said.task;
  if (step.tool->tool == "waybill" && span.name.starts_with("task:")) return span.name.substr(5);
  if (step.tool->tool == "temporal")
    return span.name.substr(std::min(span.name.find(':'), span.name.size() - 1) + 1);
  return {};
}

std::optional<std::uint32_t> attempt_of(const messaging_attributes& said) noexcept {
  constexpr std::int64_t most = 1'000'000;
  if (said.attempt && *said.attempt >= 1 && *said.attempt <= most)
    return static_cast<std::uint32_t>(*said.attempt);
  if (said.retries && *said.retries >= 0 && *said.retries < most)
    return static_cast<std::uint32_t>(*said.retries + 1);
  return std::nullopt;
}

// `1795504682452-0`: milliseconds of the server's clock and a counter.
bool is_stream_entry_id(std::string_view id) noexcept {
  const auto dash = id.find('-');
  if (dash != 13 || dash + 1 == id.size()) return false;
  return std::ranges::all_of(id, [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
}

delay_rule settle_delay(delay_rule rule, const messaging_attributes& said) noexcept {
  if (rule == delay_rule::hidden_without_run) return said.run.empty() ? delay_rule::hidden : delay_rule::none;
  if (rule == delay_rule::hidden_outside_streams) {
    return is_stream_entry_id(said.message_id) ? delay_rule::none : delay_rule::hidden;
  }
  return rule;
}

// Names may be joined: `exchange:key`, `exchange,key`. RabbitMQ's default exchange has no name, whatever it is called.
template <class Visit>
bool any_name(std::string_view joined, Visit&& visit) noexcept {
  while (!joined.empty()) {
    const auto end = joined.find_first_of(":,");
    const auto name = joined.substr(0, end);
    if (!name.empty() && name != "<default>" && name != "amq.default" && visit(name)) return true;
    if (end == std::string_view::npos) break;
    joined.remove_prefix(end + 1);
  }
  return false;
}

bool says_a_name(std::string_view joined) noexcept {
  return any_name(joined, [](std::string_view) { return true; });
}

bool share_a_name(std::string_view a, std::string_view b) noexcept {
  return any_name(a, [&](std::string_view one) {
    return any_name(b, [&](std::string_view other) { return one == other; });
  });
}

}  // namespace

messaging_span recognise(const span_record& span) noexcept {
  messaging_span step;
  const auto system = canonical_system(find_attribute(span.attributes, wait_names::system).as_text());
  step.tool = find_tool(span, system);
  if (step.tool == nullptr) return step;

  step.said = fold_messaging_attributes(span, step.tool->plain);
  const auto* const word = find_operation(*step.tool, span, step.said.operation);
  step.role = word != nullptr            ? word->role
              : step.tool->words_are_all ? message_role::none
                                         : role_by_kind(span);
  if (step.said.own_role == wait_names::role_queue_wait) step.role = message_role::queued;
  if (step.role == message_role::receive && step.tool->receive_handles && span.kind == span_kind::consumer) {
    step.role = message_role::process;
    step.by_receive = true;
  }
  step.delay = settle_delay(word != nullptr && word->delay ? *word->delay : step.tool->delay, step.said);
  step.system = !system.empty() ? system : step.tool->tool;
  step.queue = queue_of(step, span);
  step.task = task_of(step, span);
  step.attempt = attempt_of(step.said);
  return step;
}

bool same_route(const messaging_span& sent, const messaging_span& taken) noexcept {
  // A dead-lettered message keeps its routing key unless it is given another, and comes from another exchange.
  const auto& from = sent.said;
  const auto& to = taken.said;
  if (!from.routing_key.empty() && !to.routing_key.empty() && from.routing_key != to.routing_key)
    return false;
  if (says_a_name(from.destination) && says_a_name(to.destination))
    return share_a_name(from.destination, to.destination);
  const auto names = [](const messaging_span& step) {
    return std::array{step.said.destination, step.said.routing_key, step.queue};
  };
  bool sent_says = false;
  bool taken_says = false;
  for (const auto one : names(sent)) {
    sent_says = sent_says || says_a_name(one);
    for (const auto other : names(taken)) {
      taken_says = taken_says || says_a_name(other);
      if (share_a_name(one, other)) return true;
    }
  }
  return !sent_says || !taken_says;
}

bool is_parking_queue(std::string_view queue) noexcept {
  constexpr std::array parts{"retry", "retries", "delay",      "delayed", "backoff",  "dlq",   "dlx",
                             "dlt",   "dead",    "deadletter", "defer",   "deferred", "later", "scheduled"};
  while (!queue.empty()) {
    const auto end = std::ranges::find_if_not(queue, [](char c) {
      return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
    });
    const std::string_view part{queue.data(), static_cast<std::size_t>(end - queue.begin())};
    if (std::ranges::any_of(parts, [&](std::string_view one) { return ascii_iequals(part, one); }))
      return true;
    queue.remove_prefix(std::min(part.size() + 1, queue.size()));
  }
  return false;
}

}  // namespace waybill::inline v0
