#include "../fakes/message.hpp"
#include "../fakes/test_tracer.hpp"

#include <waybill/task/policy_rules.hpp>
#include <waybill/task/task_settings.hpp>
#include <waybill/task/with_batch_logging.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace waybill;
using namespace waybill::fakes;

namespace {

constexpr std::int64_t hour = 3'600'000'000'000;
constexpr std::string_view sender_trace = "4bf92f3577b34da6a3ce929d0e0e4736";

// Rules for the tasks of one test.
struct used_rules {
  explicit used_rules(std::string_view text) {
    auto read = policy_rules::parse(text);
    REQUIRE_MESSAGE(read, read.error().message);
    use_task_settings({.policies = std::move(*read)});
  }
  ~used_rules() { use_task_settings({}); }
};

message from(std::string_view queue, std::int64_t age = 0) {
  return {.headers = {{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}},
          .info = {.queue = queue, .created = wall_now() - age}};
}

enum class outcome { child, linked, apart };

outcome outcome_of(const span_record* span) {
  REQUIRE(span != nullptr);
  if (span->trace.to_hex() == sender_trace) return outcome::child;
  return span->links.empty() ? outcome::apart : outcome::linked;
}

}  // namespace

TEST_CASE("of the rules that fit, the last that says something about the relation or about trust counts") {
  struct row {
    std::string_view rules;
    std::string_view queue;
    std::string_view kind;
    std::string_view action;
    std::optional<relation> always;
    std::optional<std::int64_t> max_age;
    std::optional<trust> trusted;
    std::string_view why;
  };
  const std::string_view mixed =
      "*=max_age:24h; queue:partner/*=trust:ignore; task:report/*=new; queue:partner/a=link,trust:link";
  for (const auto& [rules, queue, kind, action, always, max_age, trusted, why] : {
           row{"", "mail", "a", "b", {}, {}, {}, "no rules"},
           row{" ; ;", "mail", "a", "b", {}, {}, {}, "still none"},
           row{mixed, "mail", "a", "b", {}, 24 * hour, {}, "the one for all"},
           row{mixed, "", "a", "b", {}, 24 * hour, {}, "no queue is known"},
           row{mixed, "partner/b", "a", "b", {}, 24 * hour, trust::ignore, "trust alone leaves the age"},
           row{mixed, "partner", "a", "b", {}, 24 * hour, {}, "not what goes on behind the slash"},
           row{mixed, "partner/a", "a", "b", relation::link, {}, trust::link, "the last takes the age away"},
           row{mixed, "mail", "report", "monthly", relation::fresh, {}, {}, "by task"},
           row{mixed, "mail", "reports", "monthly", {}, 24 * hour, {}, "the kind is another"},
           row{mixed, "partner/a", "report", "x", relation::link, {}, trust::link, "order, not detail"},
           row{"queue:m task:a/b=link", "m", "a", "b", relation::link, {}, {}, "both fit"},
           row{"queue:m task:a/b=link", "m", "a", "c", {}, {}, {}, "only the queue fits"},
           row{"queue:m task:a/b=link", "n", "a", "b", {}, {}, {}, "only the task fits"},
           row{"task:a*=link", "m", "ab", "c", relation::link, {}, {}, "kinds that begin alike"},
           row{"task:a/b/c=link", "m", "a/b", "c", relation::link, {}, {}, "a kind with a slash"},
           row{"task:a/b=link", "m", "a", "bc", {}, {}, {}, "without a * the whole name"},
           row{"queue:Mail=link", "mail", "a", "b", {}, {}, {}, "names compare with case"},
           row{"queue:q?a=1=link", "q?a=1", "a", "b", relation::link, {}, {}, "a queue's name may have a ="},
           row{"queue:*=parent", "", "a", "b", relation::parent, {}, {}, "every queue, known or not"},
           row{"  queue:m\ttask:a/*  =  trust:continue ,max_age:1.5h ",
               "m",
               "a",
               "b",
               {},
               hour * 3 / 2,
               trust::follow,
               "white space"},
       }) {
    CAPTURE(why);
    const auto read = policy_rules::parse(rules);
    REQUIRE_MESSAGE(read, read.error().message);
    const auto found = read->find(queue, kind, action);
    CHECK(found.relation.has_value() == (always || max_age));
    CHECK(found.relation.value_or(relation_rule{}).always == always);
    CHECK(found.relation.value_or(relation_rule{}).max_age == max_age);
    CHECK(found.trusted == trusted);
  }
}

TEST_CASE("a rule that cannot be used is refused with a sentence that says what is wrong and what is known") {
  struct row {
    std::string_view rules;
    std::string_view sentence;
  };
  for (const auto& [rules, sentence] : {
           row{"queue:a=link; queue:mail=lnik",
               "the rule \"queue:mail=lnik\" cannot be used. \"lnik\": known are parent, link, new, "
               "max_age:24h, "
               "trust:continue, trust:link and trust:ignore."},
           row{"queue:mail",
               "the rule \"queue:mail\" cannot be used. \"queue:mail\": a rule is which=what, like "
               "queue:mail=link."},
           row{"=link",
               "the rule \"=link\" cannot be used. \"=link\": what it is for is missing, before the =."},
           row{"queue:mail=",
               "the rule \"queue:mail=\" cannot be used. \"queue:mail=\": what is to be done is "
               "missing, behind the =."},
           row{"mail=link",
               "the rule \"mail=link\" cannot be used. \"mail\": a rule is for queue:<name>, for "
               "task:<kind>/<action>, or with * for all."},
           row{"max_age=24h",
               "the rule \"max_age=24h\" cannot be used. \"max_age\": a rule is for queue:<name>, "
               "for task:<kind>/<action>, or with * for all."},
           row{"queue:=link", "the rule \"queue:=link\" cannot be used. \"queue:\": a name is missing."},
           row{"queue:a*b=link",
               "the rule \"queue:a*b=link\" cannot be used. \"queue:a*b\": a * can only stand at "
               "the end of a name."},
           row{"task:report=new",
               "the rule \"task:report=new\" cannot be used. \"task:report\": a task is "
               "kind/action, like task:report/monthly, task:report/* or task:report*."},
           row{"*=trust:follow",
               "the rule \"*=trust:follow\" cannot be used. \"trust:follow\": known are "
               "trust:continue, trust:link and trust:ignore."},
           row{"*=max_age:24",
               "the rule \"*=max_age:24\" cannot be used. \"max_age:24\": \"24\" has to be a number "
               "with a unit, like 90s, 30m, 12h or 7d."},
           row{"*=parent,max_age:1h",
               "the rule \"*=parent,max_age:1h\" cannot be used. \"max_age:1h\": of parent, "
               "link, new and max_age a rule can say one; each excludes the others."},
       }) {
    CAPTURE(rules);
    const auto read = policy_rules::parse(rules);
    REQUIRE(!read);
    CHECK(read.error().message == sentence);
  }
}

TEST_CASE("rules decide where the call says nothing, and the call where it says something") {
  const used_rules rules{
      "queue:old=max_age:1h; queue:deployment=link; task:report/*=new; queue:strangers=trust:ignore; "
      "queue:half=trust:link"};
  test_tracer tracer;
  struct row {
    message sent;
    task_name name;
    task_options options;
    outcome expected;
    std::string_view why;
  };
  const task_name any{.kind = "a", .action = "b"};
  for (const auto& [sent, name, options, expected, why] : {
           row{from("mail"), any, {}, outcome::child, "no rule fits"},
           row{from("deployment"), any, {}, outcome::linked, "by its queue"},
           row{from("mail"), {"report", "monthly"}, {}, outcome::apart, "by its task"},
           row{from("old", 2 * hour), any, {}, outcome::linked, "over max_age"},
           row{from("old"), any, {}, outcome::child, "not over max_age"},
           row{from("strangers"), any, {}, outcome::apart, "not believed"},
           row{from("half"), any, {}, outcome::linked, "not followed"},
           row{from("deployment"),
               any,
               {.relation = {.always = relation::parent}},
               outcome::child,
               "the call"},
           row{from("deployment"),
               any,
               {.relation = {.max_age = hour}},
               outcome::child,
               "an age is a word too"},
           row{from("strangers"), any, {.trusted = trust::follow}, outcome::child, "the call trusts them"},
           row{from("mail"), any, {.trusted = trust::ignore}, outcome::apart, "the call does not"},
           row{from("half"),
               any,
               {.relation = {.always = relation::parent}},
               outcome::linked,
               "about trust the call has said nothing"},
       }) {
    CAPTURE(why);
    tracer->clear();
    with_task_logging(
        sent, name, [] {}, options);
    const auto span = std::string{"task:"}.append(name.kind).append("/").append(name.action);
    CHECK(outcome_of(tracer->span_named(span)) == expected);
    tracer->clear();
    start_task(sent, name, options).end();
    CHECK(outcome_of(tracer->span_named(span)) == expected);
  }
}

TEST_CASE("in a batch rules decide message by message whether there is a link, and none becomes the parent") {
  const used_rules rules{"queue:partner=trust:ignore; queue:deployment=parent; task:report/*=new"};
  test_tracer tracer;
  const std::vector<message> received{from("mail"), from("partner"), from("deployment")};
  with_batch_logging(received, {.kind = "mail", .action = "send"}, [] {});
  const auto* const span = tracer->span_named("task:mail/send");
  REQUIRE(span != nullptr);
  CHECK(!span->parent);
  CHECK(span->links.size() == 2);
  with_batch_logging(received, {.kind = "report", .action = "send"}, [] {});
  CHECK(tracer->span_named("task:report/send")->links.empty());
  tracer->clear();
  with_batch_logging(received, {.kind = "report", .action = "send"}, [] {},
                     {.relation = {.always = relation::link}, .trusted = trust::follow});
  CHECK(tracer->span_named("task:report/send")->links.size() == 3);
}
