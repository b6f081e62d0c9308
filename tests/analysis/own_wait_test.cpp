#include "story.hpp"

#include <waybill/record/wait_names.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

namespace {

constexpr std::int64_t second = 1'000'000'000;

struct deployment {
  std::string_view basis = "same_clock";
  const char* boot_of_web = "b";
  const char* boot_of_worker = "b";
  std::int64_t wait = 3 * second;
  double task_from = 3.01;
};

// A request that sent a deployment, the wait as waybill drew it, and the task.
explained_trace explain_it(story& told, const deployment& how) {
  const auto* web = told.process("web", "w", {{wait_names::host_boot_id, how.boot_of_web}});
  const auto* worker = told.process("worker", "k", {{wait_names::host_boot_id, how.boot_of_worker}});
  told.tell(did("send", "", 0, 0.018, web).called("workflow.runNoWait: deploy"));
  told.tell(did("drawn", "send", 0.01, 3.01, worker,
                {{wait_names::span_role, wait_names::role_queue_wait},
                 {wait_names::wait_for_span, named<span_id>("task").to_hex()},
                 {wait_names::destination, "deployment"},
                 {wait_names::wait_basis, how.basis}})
                .called("queued deployment"));
  told.tell(worked("task", "send", how.task_from, 5, worker,
                   {{wait_names::system, "sqlite"},
                    {wait_names::destination, "deployment"},
                    {wait_names::message_id, "7"},
                    {wait_names::wait_duration, how.wait},
                    {wait_names::wait_basis, how.basis},
                    {wait_names::wait_enqueued, at(0.01)},
                    {wait_names::age, 3 * second},
                    {wait_names::attempt, 1},
                    {wait_names::worker, "worker-2"}})
                .called("task:deployment/deploy"));
  return told.explained();
}

bool has_problem(const explained_trace& trace, problem_kind kind) {
  return std::ranges::find(trace.problems, kind, &problem::kind) != trace.problems.end();
}

}  // namespace

TEST_CASE("waybill's own measurement is taken as it is, and exact when one clock gave both ends") {
  struct row {
    std::string_view basis;
    const char* boot_of_web;
    const char* boot_of_worker;
    wait_rule rule;
    bool exact;
    std::string_view why;
  };
  for (const auto& [basis, boot_of_web, boot_of_worker, rule, exact, why] : {
           row{"same_clock", nullptr, nullptr, wait_rule::same_clock, true, "the library says so"},
           row{"queue_clock", "b", "b", wait_rule::queue_clock, false, "the queue's host is not known"},
           row{"producer_stamp", "b", "b", wait_rule::producer_stamp, true,
               "the sender's span is here, of the same boot"},
           row{"producer_stamp", "b", "c", wait_rule::producer_stamp, false, "two hosts"},
           row{"producer_stamp", nullptr, "c", wait_rule::producer_stamp, false, "a sender of another tool"},
           row{"something new", "b", "c", wait_rule::producer_stamp, false,
               "a word this build does not know"},
       }) {
    CAPTURE(why);
    story told;
    const auto trace =
        explain_it(told, {.basis = basis, .boot_of_web = boot_of_web, .boot_of_worker = boot_of_worker});
    REQUIRE(trace.waits.size() == 1);
    const auto& wait = trace.waits.front();
    CHECK(wait.rule == rule);
    CHECK(wait.exact == exact);
    CHECK(wait.duration == 3 * second);
    CHECK(wait.age == 3 * second);
    CHECK(wait.worker == "worker-2");
    CHECK(wait.sender->name == "workflow.runNoWait: deploy");
  }
}

TEST_CASE("the wait that waybill drew as a span is one row, not two") {
  story told;
  const auto trace = explain_it(told, {});
  REQUIRE(trace.rows.size() == 3);
  CHECK(trace.rows[1].kind == row_kind::wait);
  CHECK(trace.rows[1].name == "queued on \"deployment\"");
  CHECK(trace.rows[1].duration == 3 * second);
  CHECK(trace.rows[2].name == "task:deployment/deploy");
  CHECK(trace.verdict == "5 s: 3 s (60 %) queued on \"deployment\"; 2 s (40 %) work.");
}

TEST_CASE("a negative wait is shown as it is, is never exact, and is a problem") {
  story told;
  const auto trace = explain_it(told, {.wait = -2 * second});
  CHECK(trace.waits.front().duration == -2 * second);
  CHECK_FALSE(trace.waits.front().exact);
  CHECK(has_problem(trace, problem_kind::negative_wait));
}

TEST_CASE("a task that starts before its sender's span takes the exactness from the measurement") {
  story told;
  const auto trace = explain_it(told, {.task_from = -1});
  CHECK(trace.waits.front().duration == 3 * second);
  CHECK_FALSE(trace.waits.front().exact);
}

TEST_CASE("a drawn wait whose task has not arrived still shows the wait") {
  story told;
  told.tell(did("send", "", 0, 0.1, told.web));
  told.tell(did("drawn", "send", 0.1, 3.1, told.worker,
                {{wait_names::span_role, wait_names::role_queue_wait},
                 {wait_names::wait_for_span, named<span_id>("task").to_hex()},
                 {wait_names::destination, "deployment"},
                 {wait_names::wait_basis, "same_clock"}}));
  const auto trace = told.explained();
  REQUIRE(trace.waits.size() == 1);
  CHECK(trace.waits.front().rule == wait_rule::drawn_span);
  CHECK(trace.waits.front().work_span == named<span_id>("task"));
  CHECK(trace.waits.front().duration == 3 * second);
  REQUIRE(trace.rows.size() == 2);
  CHECK(trace.rows[1].kind == row_kind::wait);
}

TEST_CASE("a task without a measurement falls back to what the spans tell") {
  story told;
  told.tell(did("send", "", 0, 0.1, told.web));
  told.tell(
      worked("task", "send", 3, 4, told.worker, {{wait_names::attempt, 1}, {wait_names::destination, "q"}}));
  const auto trace = told.explained();
  CHECK(is_bounded(wait_of(trace, "task"), wait_rule::surrounding_span));
}
