#include "story.hpp"

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

namespace {

const attribute kafka_attributes[] = {{"messaging.system", "kafka"}, {"messaging.destination.name", "q"}};

}  // namespace

TEST_CASE("from the end of sending to the start of the work is the wait, but exact only on one clock") {
  struct row {
    const char* boot_of_web;
    const char* boot_of_worker;
    bool exact;
    std::string_view why;
  };
  for (const auto& [boot_of_web, boot_of_worker, exact, why] : {
           row{nullptr, nullptr, false, "two processes, nothing known of their clocks"},
           row{"b1", "b1", true, "one boot of one kernel"},
           row{"b1", "b2", false, "two hosts"},
       }) {
    CAPTURE(why);
    story told;
    const auto* web = told.process("web", "w", {{"waybill.host.boot_id", boot_of_web}});
    const auto* worker = told.process("worker", "k", {{"waybill.host.boot_id", boot_of_worker}});
    told.tell(
        sent("send", 0, 0.01, web, {{"messaging.system", "kafka"}, {"messaging.destination.name", "q"}}));
    told.tell(worked("work", "send", 3.01, 4, worker, {{"messaging.system", "kafka"}}));
    const auto trace = told.explained();
    const auto& wait = wait_of(trace, "work");
    CHECK(wait.rule == wait_rule::producer_span);
    CHECK(seconds(wait.duration) == doctest::Approx(3));
    CHECK(wait.exact == exact);
    CHECK(wait.sender->name == "send");
    CHECK(wait.system == "kafka");
  }
}

TEST_CASE(
    "between two processes less than a quarter of a second is a guess that takes what starting costs for "
    "half of it") {
  story told;
  told.tell(sent("send", 0, 0.01, told.web, {{"messaging.system", "kafka"}}));
  told.tell(worked("work", "send", 0.1, 4, told.worker, {{"messaging.system", "kafka"}}));
  const auto trace = told.explained();
  CHECK(wait_of(trace, "work").rule == wait_rule::too_short);
  CHECK(seconds(wait_of(trace, "work").duration) == doctest::Approx(0.125));
  CHECK_FALSE(wait_of(trace, "work").exact);
  CHECK(seconds(wait_of(trace, "work").observed) == doctest::Approx(0.09));
}

TEST_CASE("a short wait within one process is told") {
  story told;
  told.tell(sent("send", 0, 0.01, told.worker, {{"messaging.system", "kafka"}}));
  told.tell(worked("work", "send", 0.1, 4, told.worker, {{"messaging.system", "kafka"}}));
  const auto trace = told.explained();
  CHECK(seconds(wait_of(trace, "work").duration) == doctest::Approx(0.09));
  CHECK(wait_of(trace, "work").exact);
}

TEST_CASE(
    "work that began before its message was sent proves that clocks differ, for all waits between the two") {
  story told;
  for (const auto& [send, work, sending, working] :
       {std::tuple{"send1", "work1", 10.0, 8.0}, std::tuple{"send2", "work2", 11.0, 14.0}}) {
    auto& producer = told.tell(sent(send, sending, sending + 0.1, told.web));
    producer.attributes = kafka_attributes;
    auto& consumer = told.tell(worked(work, send, working, working + 1, told.worker));
    consumer.attributes = kafka_attributes;
  }
  const auto trace = told.explained();
  CHECK(is_bounded(wait_of(trace, "work1"), wait_rule::clocks_differ));
  CHECK(seconds(wait_of(trace, "work1").observed) == doctest::Approx(-2.1));
  CHECK(is_bounded(wait_of(trace, "work2"), wait_rule::clocks_differ));
  CHECK(std::ranges::find(trace.problems, problem_kind::clocks_differ, &problem::kind) !=
        trace.problems.end());
}

TEST_CASE("any span that starts before its parent taints the waits between the two processes") {
  story told;
  told.tell(did("call", "", 0, 1, told.web));
  told.tell(did("served", "call", -1, 0.5, told.worker));
  told.tell(sent("send", 2, 2.1, told.web, {{"messaging.system", "kafka"}}));
  told.tell(worked("work", "send", 4, 5, told.worker, {{"messaging.system", "kafka"}}));
  const auto trace = told.explained();
  CHECK(is_bounded(wait_of(trace, "work"), wait_rule::clocks_differ));
}

TEST_CASE("a receive that began before its message was sent says nothing about clocks") {
  story told;
  told.tell(sent("send", 2, 2.1, told.web, {{"messaging.system", "kafka"}}));
  told.tell(worked("got", "send", 0, 2.2, told.worker, {{"messaging.system", "kafka"}}).called("q receive"));
  told.tell(worked("work", "got", 5, 6, told.worker, {{"messaging.system", "kafka"}}).called("q process"));
  const auto trace = told.explained();
  CHECK(seconds(wait_of(trace, "work").duration) == doctest::Approx(2.9));
}

TEST_CASE("what the same worker ran until it took the message is named, and nothing else is") {
  struct row {
    double busy_from, busy_to;
    std::string_view instance;
    bool is_named;
    std::string_view why;
  };
  for (const auto& [busy_from, busy_to, instance, is_named, why] : {
           row{-5, 4.09, "k-1", true, "busy all the time, free just before"},
           row{-5, 2, "k-1", false, "free long before"},
           row{3.5, 4.09, "k-1", false, "idle for most of the wait"},
           row{-5, 4.09, "k-2", false, "another worker"},
       }) {
    CAPTURE(why);
    story told;
    const auto* busy = told.process("worker", instance);
    told.tell(worked("busy", "", busy_from, busy_to, busy,
                     {{"celery.action", "run"}, {"celery.task_name", "reports.monthly"}})
                  .in("other"));
    told.tell(sent("send", 0, 0.1, told.web, {{"celery.action", "apply_async"}}));
    told.tell(worked("work", "send", 4.1, 5, told.worker, {{"celery.action", "run"}}));
    const auto trace = told.explained();
    const auto& behind = wait_of(trace, "work").behind;
    CHECK(behind.size() == (is_named ? 1 : 0));
    if (!is_named || behind.empty()) continue;
    CHECK(behind.front().name == "reports.monthly");
    CHECK(behind.front().worker == "worker");
    CHECK(seconds(behind.front().overlap) == doctest::Approx(3.99));
  }
}
