#include "story.hpp"

#include <waybill/context/current.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

TEST_CASE("where a tool can delay a message and no span tells, the gap is no wait") {
  for (const std::string_view system : {"aws_sqs", "activemq", "pulsar", "my-own-queue"}) {
    CAPTURE(system);
    story told;
    told.tell(sent("send", 0, 0.01, told.web, {{"messaging.system", system}}));
    told.tell(worked("work", "send", 4, 5, told.worker, {{"messaging.system", system}}));
    const auto trace = told.explained();
    CHECK(is_bounded(wait_of(trace, "work"), wait_rule::hidden_delay));
    CHECK_FALSE(wait_of(trace, "work").high);  // it would rest on two clocks
    REQUIRE(wait_of(trace, "work").parts.size() == 1);
    CHECK(wait_of(trace, "work").parts[0].kind == wait_part_kind::queued_or_delayed);
  }
}

TEST_CASE("what a sender of waybill's says of the due time counts, whatever the tool could hide") {
  struct row {
    std::int64_t due;
    wait_rule rule;
    double seconds;
    const char* why;
  };
  for (const auto& [due, rule, expected, why] :
       {row{0, wait_rule::producer_span, 3.99, "0: at once"},
        row{1'800'000'002'000'000'000, wait_rule::due_time, 2, "two seconds after the start"},
        row{various_dues, wait_rule::hidden_delay, 0, "one span, messages with different due times"},
        row{5, wait_rule::hidden_delay, 0, "no time that anybody means"}}) {
    CAPTURE(why);
    story told;
    told.tell(sent("send", 0, 0.01, told.web,
                   {{"messaging.system", "my-own-queue"}, {"waybill.due_unix_nano", due}}));
    told.tell(worked("work", "send", 4, 5, told.worker, {{"messaging.system", "my-own-queue"}}));
    const auto trace = told.explained();
    CHECK(wait_of(trace, "work").rule == rule);
    CHECK_FALSE(wait_of(trace, "work").exact);
    if (expected > 0) CHECK(seconds(wait_of(trace, "work").duration) == doctest::Approx(expected));
    if (expected == 0) CHECK(is_bounded(wait_of(trace, "work"), rule));
  }
}

TEST_CASE("a Redis entry that a stream numbered cannot have been delayed, anything else in Redis can") {
  for (const std::string_view id : {"1800000000005-0", "9d2c4f7e-51aa", "1800000000005", "1800000000005-x"}) {
    CAPTURE(id);
    story told;
    told.tell(sent("send", 0, 0.01, told.web, {{"messaging.system", "redis"}, {"messaging.message.id", id}}));
    told.tell(worked("work", "send", 4, 5, told.worker,
                     {{"messaging.system", "redis"}, {"messaging.message.id", id}}));
    const auto trace = told.explained();
    CHECK(wait_of(trace, "work").rule ==
          (id == "1800000000005-0" ? wait_rule::producer_span : wait_rule::hidden_delay));
  }
}

TEST_CASE("a due time on the span splits what was scheduled from what was queued") {
  story told;
  told.tell(sent("send", 0, 0.01, told.web, {{"celery.action", "apply_async"}}));
  told.tell(worked("work", "send", 4, 5, told.worker,
                   {{"celery.action", "run"}, {"celery.eta", "2027-01-15T08:00:02.010+00:00"}}));
  const auto trace = told.explained();
  const auto& wait = wait_of(trace, "work");
  CHECK(wait.rule == wait_rule::due_time);
  CHECK(seconds(wait.duration) == doctest::Approx(1.99));
  REQUIRE(wait.parts.size() == 2);
  CHECK(wait.parts[0].kind == wait_part_kind::scheduled);
  CHECK(seconds(wait.parts[0].duration) == doctest::Approx(2));
  CHECK(wait.parts[1].kind == wait_part_kind::queued);
}

TEST_CASE(
    "a due time that has passed when the message is sent changes nothing, one that cannot be read leaves "
    "doubt") {
  struct row {
    std::string_view eta;
    wait_rule rule;
  };
  for (const auto& [eta, rule] :
       {row{"2027-01-15T07:59:50Z", wait_rule::due_time}, row{"soon", wait_rule::hidden_delay}}) {
    CAPTURE(eta);
    story told;
    told.tell(sent("send", 0, 1, told.web, {{"celery.action", "apply_async"}}));
    told.tell(worked("work", "send", 4, 5, told.worker, {{"celery.action", "run"}, {"celery.eta", eta}}));
    const auto trace = told.explained();
    CHECK(wait_of(trace, "work").rule == rule);
    if (rule == wait_rule::due_time) CHECK(seconds(wait_of(trace, "work").duration) == doctest::Approx(3));
  }
}

TEST_CASE("a run time in the sender's span counts for the first try alone, and only if it is one") {
  struct row {
    std::string_view times;
    bool figure;
  };
  for (const auto& [times, figure] : {row{R"(["2027-01-15T08:00:02Z"])", true},
                                      row{R"(["2027-01-15T08:00:02Z","2027-01-16T08:00:02Z"])", false}}) {
    CAPTURE(times);
    story told;
    told.tell(
        sent("send", 0, 0.1, told.web, {{"instrumentor", "hatchet"}, {"hatchet.run_at_timestamps", times}})
            .called("hatchet.schedule_workflow"));
    told.tell(worked("one", "send", 5, 6, told.worker,
                     {{"instrumentor", "hatchet"}, {"hatchet.step_run_id", "run"}})
                  .called("hatchet.start_step_run"));
    told.tell(
        worked("two", "send", 9.5, 10, told.worker,
               {{"instrumentor", "hatchet"}, {"hatchet.step_run_id", "run"}, {"hatchet.retry_count", 1}})
            .called("hatchet.start_step_run"));
    const auto trace = told.explained();
    CHECK(wait_of(trace, "one").duration.has_value() == figure);
    if (figure) CHECK(seconds(wait_of(trace, "one").duration) == doctest::Approx(3));
    CHECK(is_bounded(wait_of(trace, "two"), wait_rule::previous_attempt));
    CHECK(seconds(wait_of(trace, "two").high) == doctest::Approx(3.5));  // one worker's clock
    CHECK(wait_of(trace, "two").attempt == 2);
  }
}

TEST_CASE("a message that comes from another place than it was sent to may have been parked") {
  struct row {
    std::string_view sent_to, taken_from;
    bool figure;
    std::string_view why;
  };
  for (const auto& [sent_to, taken_from, figure, why] : {
           row{"orders", "orders", true, "straight through"},
           row{"orders.delay", "orders", false, "dead-lettered from a queue with a time to live"},
           row{"orders-retry", "orders-retry", false, "a queue where messages lie on purpose"},
           row{"shop:orders", "orders", true, "exchange and key in one"},
           row{"<default>", "<default>", true, "the default exchange says nothing"},
       }) {
    CAPTURE(why);
    story told;
    told.tell(sent("send", 0, 0.1, told.web,
                   {{"messaging.system", "rabbitmq"}, {"messaging.destination.name", sent_to}}));
    told.tell(worked("work", "send", 3, 4, told.worker,
                     {{"messaging.system", "rabbitmq"}, {"messaging.destination.name", taken_from}}));
    const auto trace = told.explained();
    CHECK(wait_of(trace, "work").duration.has_value() == figure);
    if (!figure) CHECK(is_bounded(wait_of(trace, "work"), wait_rule::other_route));
  }
}

TEST_CASE("on RabbitMQ another routing key or another exchange is another way") {
  struct row {
    std::string_view exchange, key, delivered_exchange, delivered_key;
    bool figure;
  };
  for (const auto& [exchange, key, delivered_exchange, delivered_key, figure] : {
           row{"<default>", "orders", "<default>", "orders", true},
           row{"<default>", "orders.5s", "<default>", "orders", false},
           row{"shop.soon", "confirm", "shop", "confirm", false},
           row{"shop", "confirm", "shop", "confirm", true},
       }) {
    CAPTURE(exchange);
    CAPTURE(key);
    story told;
    told.tell(sent("send", 0, 0.1, told.web,
                   {{"messaging.system", "rabbitmq"},
                    {"messaging.destination.name", exchange},
                    {"messaging.rabbitmq.routing_key", key}}));
    told.tell(worked("work", "send", 3, 4, told.worker,
                     {{"messaging.system", "rabbitmq"},
                      {"messaging.destination.name", delivered_exchange},
                      {"messaging.rabbitmq.routing_key", delivered_key}}));
    const auto trace = told.explained();
    CHECK(wait_of(trace, "work").duration.has_value() == figure);
  }
}

TEST_CASE("Sidekiq's stamp is the start of the wait only of a job that was not put off") {
  for (const bool at_once : {true, false}) {
    CAPTURE(at_once);
    story told;
    const span_event stamps[] = {{.time = at(at_once ? 6 : 2), .name = "created_at"},
                                 {.time = at(6), .name = "enqueued_at"}};
    told.tell(worked("work", "gone", 9, 10, told.worker, {{"messaging.system", "sidekiq"}})).events = stamps;
    const auto trace = told.explained();
    const auto& wait = wait_of(trace, "work");
    if (at_once) {
      CHECK(wait.rule == wait_rule::producer_stamp);
      CHECK(seconds(wait.duration) == doctest::Approx(3));
      CHECK_FALSE(wait.exact);
    } else {
      CHECK(is_bounded(wait, wait_rule::hidden_delay));  // its poller comes by every few seconds
    }
  }
}

TEST_CASE("Temporal's activities wait as part of a workflow, and may be delayed alone, as workflows may") {
  const attribute in_workflow[] = {{"temporalWorkflowID", "w"}, {"temporalActivityID", "1"}};
  story told;
  told.tell(did("a", "", 0, 0, told.worker).called("StartActivity:X")).attributes = in_workflow;
  told.tell(did("in", "a", 3, 4, told.worker).called("RunActivity:X")).attributes = in_workflow;
  told.tell(did("b", "", 0, 0, told.web, {{"temporalActivityID", "alone"}}).called("StartActivity:Y"));
  told.tell(did("alone", "b", 3, 4, told.worker, {{"temporalActivityID", "alone"}}).called("RunActivity:Y"));
  told.tell(did("c", "", 0, 0.1, told.web, {{"temporalWorkflowID", "z"}}).called("StartWorkflow:Z"));
  told.tell(did("flow", "c", 3, 4, told.worker, {{"temporalWorkflowID", "z"}}).called("RunWorkflow:Z"));
  told.tell(did("d", "", 0, 5, told.worker, {{"workflowId", "w"}, {"taskQueue", "builds"}})
                .called("StartActivity:T"));
  told.tell(did("inside", "d", 3, 4, told.worker, {{"run_id", "r"}}).called("RunActivity:T"));
  const auto trace = told.explained();
  CHECK(seconds(wait_of(trace, "in").duration) == doctest::Approx(3));
  CHECK_FALSE(wait_of(trace, "in").exact);  // the engine stamped the start, the worker the run
  CHECK(is_bounded(wait_of(trace, "alone"), wait_rule::hidden_delay));
  CHECK(is_bounded(wait_of(trace, "flow"), wait_rule::hidden_delay));
  CHECK(seconds(wait_of(trace, "inside").duration) ==
        doctest::Approx(3));  // TypeScript: the start contains the run
}
