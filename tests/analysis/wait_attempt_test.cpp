#include "story.hpp"

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

namespace {

const attribute message[] = {{"messaging.system", "kafka"}, {"messaging.message.id", "m"}};
const attribute nameless[] = {{"messaging.system", "kafka"}};

}  // namespace

TEST_CASE("a second try waits from the end of the first, backoff included, which is a bound and no figure") {
  story told;
  const auto* other_worker = told.process("worker", "k-2");
  told.tell(sent("send", 0, 0.1, told.web)).attributes = message;
  told.tell(worked("one", "send", 1, 2, told.worker)).attributes = message;
  told.tell(worked("two", "send", 5.5, 6, told.worker)).attributes = message;
  told.tell(worked("three", "send", 9, 10, other_worker)).attributes = message;
  const auto trace = told.explained();
  CHECK(seconds(wait_of(trace, "one").duration) == doctest::Approx(0.9));
  CHECK(is_bounded(wait_of(trace, "two"), wait_rule::previous_attempt));
  CHECK(seconds(wait_of(trace, "two").high) == doctest::Approx(3.5));
  CHECK(is_bounded(wait_of(trace, "three"), wait_rule::previous_attempt));
  CHECK_FALSE(wait_of(trace, "three").high);  // the two tries ran on two clocks
  CHECK(wait_of(trace, "three").attempt == 3);
}

TEST_CASE(
    "a little more than whole seconds, in which the worker took up nothing else, is guessed to be backoff "
    "and a wait") {
  struct row {
    double again;
    double other_begins;
    bool is_told;
    const char* why;
  };
  for (const auto& [again, other_begins, is_told, why] :
       {row{5.04, 1.5, true, "the other one began before: it has a place of its own"},
        row{5.04, 2.5, false, "it began in the place of the try before"},
        row{5.14, 1.5, false, "a tenth of a second and more is no free worker's"},
        row{2.9, 1.5, false, "nobody asks for less than a second"}}) {
    CAPTURE(why);
    story told;
    told.tell(sent("send", 0, 0.1, told.web)).attributes = message;
    told.tell(worked("one", "send", 1, 2, told.worker)).attributes = message;
    told.tell(worked("other", "", other_begins, 4, told.worker).in("b")).attributes = nameless;
    told.tell(worked("two", "send", again, 6, told.worker)).attributes = message;
    const auto wait = wait_of(told.explained(), "two");
    if (is_told) {
      CHECK(wait.rule == wait_rule::previous_attempt);
      CHECK(seconds(wait.duration) == doctest::Approx(0.04));
      CHECK_FALSE(wait.exact);
      REQUIRE(wait.parts.size() == 2);
      CHECK(wait.parts.front().kind == wait_part_kind::backoff);
      CHECK(wait.parts.front().duration == 3'000'000'000);
    } else {
      CHECK(is_bounded(wait, wait_rule::previous_attempt));
    }
  }
}

TEST_CASE("a try that starts before the one before has ended is told as a problem") {
  story told;
  told.tell(sent("send", 0, 0.1, told.web)).attributes = message;
  told.tell(worked("one", "send", 1, 6, told.worker)).attributes = message;
  told.tell(worked("two", "send", 5, 7, told.worker)).attributes = message;
  const auto trace = told.explained();
  REQUIRE(trace.problems.size() == 1);
  CHECK(trace.problems.front().kind == problem_kind::overlapping_attempts);
}

TEST_CASE("subscribers of one message do not try it again") {
  story told;
  const auto* mailer = told.process("mailer", "m-1");
  told.tell(sent("send", 0, 0.1, told.web)).attributes = message;
  told.tell(worked("one", "send", 1, 2, told.worker)).attributes = message;
  told.tell(worked("two", "send", 5, 6, mailer)).attributes = message;
  const auto trace = told.explained();
  CHECK(wait_of(trace, "two").attempt == 1);
  CHECK(seconds(wait_of(trace, "two").duration) == doctest::Approx(4.9));
}

TEST_CASE("messages of one sender with ids of their own do not try each other again") {
  story told;
  told.tell(sent("send", 0, 0.1, told.web, {{"instrumentor", "hatchet"}}).called("hatchet.run_workflows"));
  for (const auto& [id, from] : {std::tuple{"a", 1.0}, std::tuple{"b", 2.0}, std::tuple{"c", 3.0}}) {
    told.tell(worked(id, "send", from, from + 1, told.worker,
                     {{"instrumentor", "hatchet"}, {"hatchet.step_run_id", id}})
                  .called("hatchet.start_step_run"));
  }
  const auto trace = told.explained();
  CHECK(wait_of(trace, "c").attempt == 1);
  CHECK(seconds(wait_of(trace, "c").duration) == doctest::Approx(2.9));
}

TEST_CASE("two works under one sender without ids may be two messages or two tries, so neither is claimed") {
  story told;
  told.tell(sent("send", 0, 0.1, told.web)).attributes = nameless;
  told.tell(worked("one", "send", 1, 2, told.worker)).attributes = nameless;
  told.tell(worked("two", "send", 5, 6, told.worker)).attributes = nameless;
  const auto trace = told.explained();
  CHECK(is_bounded(wait_of(trace, "two"), wait_rule::same_sender));
}

TEST_CASE("a try of which the one before is only told has no figure") {
  story told;
  told.tell(sent("send", 0, 0.1, told.web, {{"instrumentor", "hatchet"}}).called("hatchet.run_workflow"));
  told.tell(
      worked("work", "send", 5, 6, told.worker, {{"instrumentor", "hatchet"}, {"hatchet.retry_count", 1}})
          .called("hatchet.start_step_run"));
  told.tell(sent("send2", 0, 0.1, told.web, {{"celery.action", "apply_async"}}));
  told.tell(worked("work2", "send2", 5, 6, told.worker,
                   {{"celery.action", "run"}, {"celery.delivery_info", "{'redelivered': True}"}}));
  const auto trace = told.explained();
  CHECK(is_bounded(wait_of(trace, "work"), wait_rule::earlier_attempt));
  CHECK(wait_of(trace, "work").attempt == 2);
  CHECK(is_bounded(wait_of(trace, "work2"), wait_rule::earlier_attempt));
}

TEST_CASE("Celery's retry is a message of its own, whose due time ends the backoff") {
  story told;
  told.tell(
      sent("send", 0, 0.1, told.web, {{"celery.action", "apply_async"}, {"messaging.message.id", "id"}}));
  told.tell(
      worked("one", "send", 1, 2, told.worker, {{"celery.action", "run"}, {"messaging.message.id", "id"}}));
  told.tell(did("again", "one", 1.9, 1.95, told.worker,
                {{"celery.action", "apply_async"}, {"messaging.message.id", "id"}}));
  told.tell(worked("two", "again", 7, 8, told.worker,
                   {{"celery.action", "run"},
                    {"messaging.message.id", "id"},
                    {"celery.retries", "1"},
                    {"celery.eta", "2027-01-15T08:00:04Z"}}));
  const auto trace = told.explained();
  const auto& wait = wait_of(trace, "two");
  CHECK(wait.rule == wait_rule::due_time);
  CHECK(wait.exact);  // the worker sent it to itself
  CHECK(wait.attempt == 2);
  CHECK(seconds(wait.duration) == doctest::Approx(3));
  REQUIRE_FALSE(wait.parts.empty());
  CHECK(wait.parts[0].kind == wait_part_kind::backoff);
  CHECK(seconds(wait.parts[0].duration) == doctest::Approx(2));
}

TEST_CASE(
    "a message that its worker sends on to a related queue is tried again, after a backoff nobody tells") {
  const attribute mail[] = {{"messaging.system", "kafka"},
                            {"messaging.destination.name", "mail"},
                            {"messaging.kafka.message.key", "k"}};
  const attribute again[] = {{"messaging.system", "kafka"},
                             {"messaging.destination.name", "mail.5s"},
                             {"messaging.kafka.message.key", "k"}};
  const attribute bill[] = {{"messaging.system", "kafka"},
                            {"messaging.destination.name", "bills"},
                            {"messaging.kafka.message.key", "k"}};
  story told;
  told.tell(sent("send", 0, 0.1, told.web)).attributes = mail;
  told.tell(worked("one", "send", 1, 2, told.worker)).attributes = mail;
  told.tell(did("on", "one", 1.5, 1.6, told.worker).of_kind(span_kind::producer)).attributes = again;
  told.tell(worked("two", "on", 7, 8, told.worker)).attributes = again;
  told.tell(did("next", "one", 1.7, 1.8, told.worker).of_kind(span_kind::producer)).attributes = bill;
  told.tell(worked("other", "next", 7, 8, told.worker)).attributes = bill;
  const auto trace = told.explained();
  CHECK(is_bounded(wait_of(trace, "two"), wait_rule::previous_attempt));
  CHECK(wait_of(trace, "two").attempt == 2);
  CHECK(seconds(wait_of(trace, "other").duration) == doctest::Approx(5.2));  // the next stage of the work
}

TEST_CASE("a later step of a run waits for other steps first") {
  story told;
  told.tell(sent("send", 0, 0.1, told.web, {{"instrumentor", "hatchet"}}).called("hatchet.run_workflow"));
  for (const auto& [id, from] : {std::tuple{"first", 1.0}, std::tuple{"second", 3.0}}) {
    told.tell(
        worked(id, "send", from, from + 1, told.worker,
               {{"instrumentor", "hatchet"}, {"hatchet.workflow_run_id", "run"}, {"hatchet.step_run_id", id}})
            .called("hatchet.start_step_run"));
  }
  const auto trace = told.explained();
  CHECK(seconds(wait_of(trace, "first").duration) == doctest::Approx(0.9));
  CHECK(is_bounded(wait_of(trace, "second"), wait_rule::run_step));
}
