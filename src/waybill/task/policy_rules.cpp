#include <waybill/task/policy_rules.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/base/quantity.hpp>

#include <string>

namespace waybill::inline v0 {
namespace {

constexpr std::string_view queue_mark = "queue:";
constexpr std::string_view task_mark = "task:";
constexpr std::string_view age_mark = "max_age:";
constexpr std::string_view trust_mark = "trust:";

failure wrong(std::string_view part, std::string_view why) {
  return {failure_code::invalid_argument, "\"" + std::string{part} + "\": " + std::string{why}};
}

// Takes what stands before the first of the marks off the text, without white space around it.
std::string_view next_part(std::string_view& rest, std::string_view marks) noexcept {
  const std::size_t end = rest.find_first_of(marks);
  const std::string_view part = trim_ows(rest.substr(0, end));
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

std::optional<relation> relation_from_name(std::string_view name) noexcept {
  if (name == "parent") return relation::parent;
  if (name == "link") return relation::link;
  if (name == "new") return relation::fresh;
  return std::nullopt;
}

result<void> read_selector(std::string_view text, name_pattern& queue, name_pattern& task) {
  if (text == "*") return {};
  const bool is_queue = text.starts_with(queue_mark);
  if (!is_queue && !text.starts_with(task_mark)) {
    return wrong(text, "a rule is for queue:<name>, for task:<kind>/<action>, or with * for all");
  }
  auto pattern = name_pattern::parse(text.substr(is_queue ? queue_mark.size() : task_mark.size()));
  if (!pattern) return wrong(text, pattern.error().message);
  if (!is_queue && !text.ends_with('*') && text.find('/') == std::string_view::npos) {
    return wrong(text, "a task is kind/action, like task:report/monthly, task:report/* or task:report*");
  }
  (is_queue ? queue : task) = std::move(*pattern);
  return {};
}

result<void> read_setting(std::string_view text, message_policy& policy) {
  if (text.starts_with(trust_mark)) {
    const auto level = trust_from_name(text.substr(trust_mark.size()));
    if (!level) return wrong(text, "known are trust:continue, trust:link and trust:ignore");
    policy.trusted = level;
    return {};
  }
  relation_rule rule{.always = relation_from_name(text)};
  if (text.starts_with(age_mark)) {
    const auto age = parse_duration(text.substr(age_mark.size()));
    if (!age) return wrong(text, age.error().message);
    rule.max_age = *age;
  } else if (!rule.always) {
    return wrong(text,
                 "known are parent, link, new, max_age:24h, trust:continue, trust:link and trust:ignore");
  }
  if (policy.relation)
    return wrong(text, "of parent, link, new and max_age a rule can say one; each excludes the others");
  policy.relation = rule;
  return {};
}

}  // namespace

// The last = divides: what can be said has none, and the name of a queue may.
result<policy_rules::rule> policy_rules::parse_rule(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos) return wrong(text, "a rule is which=what, like queue:mail=link");
  rule read;
  std::string_view which = trim_ows(text.substr(0, equals));
  std::string_view what = trim_ows(text.substr(equals + 1));
  if (which.empty()) return wrong(text, "what it is for is missing, before the =");
  if (what.empty()) return wrong(text, "what is to be done is missing, behind the =");
  while (!which.empty()) {
    const auto part = next_part(which, " \t");
    if (part.empty()) continue;
    if (const auto done = read_selector(part, read.queue, read.task); !done) return done.error();
  }
  while (!what.empty()) {
    if (const auto done = read_setting(next_part(what, ","), read.policy); !done) return done.error();
  }
  return read;
}

result<policy_rules> policy_rules::parse(std::string_view text) {
  policy_rules read;
  while (!text.empty()) {
    const auto part = next_part(text, ";");
    if (part.empty()) continue;
    auto rule = parse_rule(part);
    if (!rule) {
      return failure{rule.error().code,
                     "the rule \"" + std::string{part} + "\" cannot be used. " + rule.error().message + "."};
    }
    read.rules_.push_back(std::move(*rule));
  }
  return read;
}

message_policy policy_rules::find(std::string_view queue, std::string_view kind,
                                  std::string_view action) const noexcept {
  message_policy found;
  for (const auto& [of_queue, of_task, policy] : rules_) {
    if (!of_queue.fits(queue) || !of_task.fits({kind, "/", action})) continue;
    if (policy.relation) found.relation = policy.relation;
    if (policy.trusted) found.trusted = policy.trusted;
  }
  return found;
}

}  // namespace waybill::inline v0
