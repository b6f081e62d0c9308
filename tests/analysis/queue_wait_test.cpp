#include "story.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace waybill;
using namespace waybill::testing;

namespace {

constexpr auto producer = span_kind::producer;
constexpr auto consumer = span_kind::consumer;

// A web service and a worker that name their processes, on hosts nobody compared.
struct two_hosts : story {
  const resource* web = process("web", "w-1");
  const resource* worker = process("worker", "k-1");

  explained_trace explain_it(std::string_view trace = "trace") {
    batch_ = finish();
    return explain(batch_, named<trace_id>(trace));
  }

 private:
  span_batch batch_;
};

void check_bounded(const queue_wait& wait, wait_rule rule) {
  CHECK(wait.rule == rule);
  CHECK_FALSE(wait.duration);
  CHECK_FALSE(wait.exact);
  CHECK(wait.low == 0);
}

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
    two_hosts told;
    const auto* web = told.process("web", "w", {{"waybill.host.boot_id", boot_of_web}});
    const auto* worker = told.process("worker", "k", {{"waybill.host.boot_id", boot_of_worker}});
    told.tell({.id = "send",
               .kind = producer,
               .from = 0,
               .to = 0.01,
               .by = web,
               .says = {{"messaging.system", "kafka"}, {"messaging.destination.name", "q"}}});
    told.tell({.id = "work",
               .name = "q process",
               .parent = "send",
               .kind = consumer,
               .from = 3.01,
               .to = 4,
               .by = worker,
               .says = {{"messaging.system", "kafka"},
                        {"messaging.destination.name", "q"},
                        {"messaging.operation", "process"}}});
    const auto trace = told.explain_it();
    const auto& wait = wait_of(trace, "work");
    CHECK(wait.rule == wait_rule::producer_span);
    CHECK(seconds(wait.duration) == doctest::Approx(3));
    CHECK(wait.exact == exact);
    CHECK(wait.sender->name == "send");
    CHECK(wait.queue == "q");
  }
}

TEST_CASE("between two processes nothing under a quarter of a second is told from overhead") {
  two_hosts told;
  told.tell({.id = "send",
             .kind = producer,
             .from = 0,
             .to = 0.01,
             .by = told.web,
             .says = {{"messaging.system", "kafka"}}});
  told.tell({.id = "work",
             .parent = "send",
             .kind = consumer,
             .from = 0.1,
             .to = 4,
             .by = told.worker,
             .says = {{"messaging.system", "kafka"}}});
  const auto trace = told.explain_it();
  check_bounded(wait_of(trace, "work"), wait_rule::too_short);
  CHECK(seconds(wait_of(trace, "work").observed) == doctest::Approx(0.09));
}

TEST_CASE("where a tool can delay a message and no span tells, the gap is no wait") {
  for (const std::string_view system : {"aws_sqs", "activemq", "pulsar", "my-own-queue"}) {
    CAPTURE(system);
    two_hosts told;
    told.tell({.id = "send",
               .kind = producer,
               .from = 0,
               .to = 0.01,
               .by = told.web,
               .says = {{"messaging.system", system}}});
    told.tell({.id = "work",
               .parent = "send",
               .kind = consumer,
               .from = 4,
               .to = 5,
               .by = told.worker,
               .says = {{"messaging.system", system}}});
    const auto trace = told.explain_it();
    check_bounded(wait_of(trace, "work"), wait_rule::hidden_delay);
    CHECK_FALSE(wait_of(trace, "work").high);  // it would rest on two clocks
  }
}

TEST_CASE("a Redis entry that a stream numbered cannot have been delayed, anything else in Redis can") {
  for (const bool stream : {true, false}) {
    two_hosts told;
    const std::string_view id = stream ? "1800000000005-0" : "9d2c4f7e";
    told.tell({.id = "send",
               .kind = producer,
               .from = 0,
               .to = 0.01,
               .by = told.web,
               .says = {{"messaging.system", "redis"}, {"messaging.message.id", id}}});
    told.tell({.id = "work",
               .parent = "send",
               .kind = consumer,
               .from = 4,
               .to = 5,
               .by = told.worker,
               .says = {{"messaging.system", "redis"}, {"messaging.message.id", id}}});
    const auto trace = told.explain_it();
    CHECK(wait_of(trace, "work").rule == (stream ? wait_rule::producer_span : wait_rule::hidden_delay));
  }
}

TEST_CASE("a due time on the span splits what was scheduled from what was queued") {
  two_hosts told;
  told.tell({.id = "send",
             .kind = producer,
             .from = 0,
             .to = 0.01,
             .by = told.web,
             .says = {{"celery.action", "apply_async"}}});
  told.tell({.id = "work",
             .parent = "send",
             .kind = consumer,
             .from = 4,
             .to = 5,
             .by = told.worker,
             .says = {{"celery.action", "run"}, {"celery.eta", "2027-01-15T08:00:02.010+00:00"}}});
  const auto trace = told.explain_it();
  const auto& wait = wait_of(trace, "work");
  CHECK(wait.rule == wait_rule::due_time);
  CHECK(seconds(wait.duration) == doctest::Approx(1.99));
  REQUIRE(wait.parts.size() == 2);
  CHECK(wait.parts[0].kind == wait_part_kind::scheduled);
  CHECK(seconds(wait.parts[0].duration) == doctest::Approx(2));
  CHECK(wait.parts[1].kind == wait_part_kind::queued);
}

TEST_CASE("a due time that has passed when the message is sent changes nothing") {
  two_hosts told;
  told.tell({.id = "send",
             .kind = producer,
             .from = 0,
             .to = 1,
             .by = told.web,
             .says = {{"celery.action", "apply_async"}}});
  told.tell({.id = "work",
             .parent = "send",
             .kind = consumer,
             .from = 4,
             .to = 5,
             .by = told.worker,
             .says = {{"celery.action", "run"}, {"celery.eta", "2027-01-15T07:59:50Z"}}});
  const auto trace = told.explain_it();
  CHECK(seconds(wait_of(trace, "work").duration) == doctest::Approx(3));
}

TEST_CASE("a run time in the sender's span counts for the first try alone, and only if it is one") {
  for (const bool several : {false, true}) {
    two_hosts told;
    const std::string_view times =
        several ? R"(["2027-01-15T08:00:02Z","2027-01-16T08:00:02Z"])" : R"(["2027-01-15T08:00:02Z"])";
    told.tell({.id = "send",
               .name = "hatchet.schedule_workflow",
               .kind = producer,
               .from = 0,
               .to = 0.1,
               .by = told.web,
               .says = {{"instrumentor", "hatchet"}, {"hatchet.run_at_timestamps", times}}});
    told.tell({.id = "one",
               .name = "hatchet.start_step_run",
               .parent = "send",
               .kind = consumer,
               .from = 5,
               .to = 6,
               .by = told.worker,
               .says = {{"instrumentor", "hatchet"}, {"hatchet.step_run_id", "run"}}});
    told.tell(
        {.id = "two",
         .name = "hatchet.start_step_run",
         .parent = "send",
         .kind = consumer,
         .from = 9,
         .to = 10,
         .by = told.worker,
         .says = {{"instrumentor", "hatchet"}, {"hatchet.step_run_id", "run"}, {"hatchet.retry_count", 1}}});
    const auto trace = told.explain_it();
    if (several) {
      check_bounded(wait_of(trace, "one"), wait_rule::hidden_delay);
    } else {
      CHECK(seconds(wait_of(trace, "one").duration) == doctest::Approx(3));
    }
    check_bounded(wait_of(trace, "two"), wait_rule::previous_attempt);
    CHECK(seconds(wait_of(trace, "two").high) == doctest::Approx(3));  // one worker's clock
    CHECK(wait_of(trace, "two").attempt == 2);
  }
}

TEST_CASE("a second try waits from the end of the first, backoff included, which is a bound and no figure") {
  two_hosts told;
  const auto* other_worker = told.process("worker", "k-2");
  told.tell({.id = "send",
             .kind = producer,
             .from = 0,
             .to = 0.1,
             .by = told.web,
             .says = {{"messaging.system", "kafka"}, {"messaging.message.id", "m"}}});
  told.tell({.id = "one",
             .parent = "send",
             .kind = consumer,
             .from = 1,
             .to = 2,
             .by = told.worker,
             .says = {{"messaging.system", "kafka"}, {"messaging.message.id", "m"}}});
  told.tell({.id = "two",
             .parent = "send",
             .kind = consumer,
             .from = 5,
             .to = 6,
             .by = told.worker,
             .says = {{"messaging.system", "kafka"}, {"messaging.message.id", "m"}}});
  told.tell({.id = "three",
             .parent = "send",
             .kind = consumer,
             .from = 9,
             .to = 10,
             .by = other_worker,
             .says = {{"messaging.system", "kafka"}, {"messaging.message.id", "m"}}});
  const auto trace = told.explain_it();
  CHECK(seconds(wait_of(trace, "one").duration) == doctest::Approx(0.9));
  check_bounded(wait_of(trace, "two"), wait_rule::previous_attempt);
  CHECK(seconds(wait_of(trace, "two").high) == doctest::Approx(3));
  check_bounded(wait_of(trace, "three"), wait_rule::previous_attempt);
  CHECK_FALSE(wait_of(trace, "three").high);  // the two tries ran on two clocks
  CHECK(wait_of(trace, "three").attempt == 3);
}

TEST_CASE("subscribers of one message do not try it again") {
  two_hosts told;
  const auto* mailer = told.process("mailer", "m-1");
  told.tell({.id = "send",
             .kind = producer,
             .from = 0,
             .to = 0.1,
             .by = told.web,
             .says = {{"messaging.system", "kafka"}, {"messaging.message.id", "m"}}});
  told.tell({.id = "one",
             .parent = "send",
             .kind = consumer,
             .from = 1,
             .to = 2,
             .by = told.worker,
             .says = {{"messaging.system", "kafka"}, {"messaging.message.id", "m"}}});
  told.tell({.id = "two",
             .parent = "send",
             .kind = consumer,
             .from = 5,
             .to = 6,
             .by = mailer,
             .says = {{"messaging.system", "kafka"}, {"messaging.message.id", "m"}}});
  const auto trace = told.explain_it();
  CHECK(wait_of(trace, "two").attempt == 1);
  CHECK(seconds(wait_of(trace, "two").duration) == doctest::Approx(4.9));
}

TEST_CASE("two works under one sender without ids may be two messages or two tries, so neither is claimed") {
  two_hosts told;
  told.tell({.id = "send",
             .kind = producer,
             .from = 0,
             .to = 0.1,
             .by = told.web,
             .says = {{"messaging.system", "kafka"}}});
  told.tell({.id = "one",
             .parent = "send",
             .kind = consumer,
             .from = 1,
             .to = 2,
             .by = told.worker,
             .says = {{"messaging.system", "kafka"}}});
  told.tell({.id = "two",
             .parent = "send",
             .kind = consumer,
             .from = 5,
             .to = 6,
             .by = told.worker,
             .says = {{"messaging.system", "kafka"}}});
  const auto trace = told.explain_it();
  check_bounded(wait_of(trace, "two"), wait_rule::same_sender);
}

TEST_CASE("a try of which the one before is only told has no figure") {
  two_hosts told;
  told.tell({.id = "send",
             .name = "hatchet.run_workflow",
             .kind = producer,
             .from = 0,
             .to = 0.1,
             .by = told.web,
             .says = {{"instrumentor", "hatchet"}}});
  told.tell({.id = "work",
             .name = "hatchet.start_step_run",
             .parent = "send",
             .kind = consumer,
             .from = 5,
             .to = 6,
             .by = told.worker,
             .says = {{"instrumentor", "hatchet"}, {"hatchet.retry_count", 1}}});
  told.tell({.id = "send2",
             .kind = producer,
             .from = 0,
             .to = 0.1,
             .by = told.web,
             .says = {{"celery.action", "apply_async"}}});
  told.tell({.id = "work2",
             .parent = "send2",
             .kind = consumer,
             .from = 5,
             .to = 6,
             .by = told.worker,
             .says = {{"celery.action", "run"}, {"celery.delivery_info", "{'redelivered': True}"}}});
  const auto trace = told.explain_it();
  check_bounded(wait_of(trace, "work"), wait_rule::earlier_attempt);
  check_bounded(wait_of(trace, "work2"), wait_rule::earlier_attempt);
}

TEST_CASE(
    "Celery's retry is a message of its own: its due time ends the backoff, exactly where the worker sent it "
    "itself") {
  two_hosts told;
  told.tell({.id = "send",
             .kind = producer,
             .from = 0,
             .to = 0.1,
             .by = told.web,
             .says = {{"celery.action", "apply_async"}, {"messaging.message.id", "id"}}});
  told.tell({.id = "one",
             .parent = "send",
             .kind = consumer,
             .from = 1,
             .to = 2,
             .by = told.worker,
             .says = {{"celery.action", "run"}, {"messaging.message.id", "id"}}});
  told.tell({.id = "again",
             .parent = "one",
             .kind = producer,
             .from = 1.9,
             .to = 1.95,
             .by = told.worker,
             .says = {{"celery.action", "apply_async"}, {"messaging.message.id", "id"}}});
  told.tell({.id = "two",
             .parent = "again",
             .kind = consumer,
             .from = 7,
             .to = 8,
             .by = told.worker,
             .says = {{"celery.action", "run"},
                      {"messaging.message.id", "id"},
                      {"celery.retries", 1},
                      {"celery.eta", "2027-01-15T08:00:04Z"}}});
  const auto trace = told.explain_it();
  const auto& wait = wait_of(trace, "two");
  CHECK(wait.rule == wait_rule::due_time);
  CHECK(wait.exact);
  CHECK(wait.attempt == 2);
  CHECK(seconds(wait.duration) == doctest::Approx(3));
  REQUIRE_FALSE(wait.parts.empty());
  CHECK(wait.parts[0].kind == wait_part_kind::backoff);
  CHECK(seconds(wait.parts[0].duration) == doctest::Approx(2));
}

TEST_CASE(
    "a message that its worker sends on to a related queue is tried again, after a backoff nobody tells") {
  two_hosts told;
  const std::initializer_list<attribute> mail = {{"messaging.system", "kafka"},
                                                 {"messaging.destination.name", "mail"},
                                                 {"messaging.kafka.message.key", "k"}};
  const std::initializer_list<attribute> again = {{"messaging.system", "kafka"},
                                                  {"messaging.destination.name", "mail.5s"},
                                                  {"messaging.kafka.message.key", "k"}};
  told.tell({.id = "send", .kind = producer, .from = 0, .to = 0.1, .by = told.web, .says = mail});
  told.tell(
      {.id = "one", .parent = "send", .kind = consumer, .from = 1, .to = 2, .by = told.worker, .says = mail});
  told.tell({.id = "on",
             .parent = "one",
             .kind = producer,
             .from = 1.5,
             .to = 1.6,
             .by = told.worker,
             .says = again});
  told.tell(
      {.id = "two", .parent = "on", .kind = consumer, .from = 7, .to = 8, .by = told.worker, .says = again});
  const auto trace = told.explain_it();
  check_bounded(wait_of(trace, "two"), wait_rule::previous_attempt);
  CHECK(wait_of(trace, "two").attempt == 2);
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
       }) {
    CAPTURE(why);
    two_hosts told;
    told.tell({.id = "send",
               .kind = producer,
               .from = 0,
               .to = 0.1,
               .by = told.web,
               .says = {{"messaging.system", "rabbitmq"}, {"messaging.destination.name", sent_to}}});
    told.tell({.id = "work",
               .parent = "send",
               .kind = consumer,
               .from = 3,
               .to = 4,
               .by = told.worker,
               .says = {{"messaging.system", "rabbitmq"}, {"messaging.destination.name", taken_from}}});
    const auto trace = told.explain_it();
    CHECK(wait_of(trace, "work").duration.has_value() == figure);
    if (!figure) check_bounded(wait_of(trace, "work"), wait_rule::other_route);
  }
}

TEST_CASE(
    "work that began before its message was sent proves that two clocks differ, for all waits between the "
    "two") {
  two_hosts told;
  const std::initializer_list<attribute> kafka = {{"messaging.system", "kafka"},
                                                  {"messaging.destination.name", "q"}};
  told.tell({.id = "send1", .kind = producer, .from = 10, .to = 10.1, .by = told.web, .says = kafka});
  told.tell({.id = "work1",
             .parent = "send1",
             .kind = consumer,
             .from = 8,
             .to = 9,
             .by = told.worker,
             .says = kafka});
  told.tell({.id = "send2", .kind = producer, .from = 11, .to = 11.1, .by = told.web, .says = kafka});
  told.tell({.id = "work2",
             .parent = "send2",
             .kind = consumer,
             .from = 14,
             .to = 15,
             .by = told.worker,
             .says = kafka});
  const auto trace = told.explain_it();
  check_bounded(wait_of(trace, "work1"), wait_rule::clocks_differ);
  CHECK(seconds(wait_of(trace, "work1").observed) == doctest::Approx(-2.1));
  check_bounded(wait_of(trace, "work2"), wait_rule::clocks_differ);
  CHECK(std::ranges::find(trace.problems, problem_kind::clocks_differ, &problem::kind) !=
        trace.problems.end());
}

TEST_CASE("work that began while the sender's span was still open started to wait somewhere inside it") {
  two_hosts told;
  told.tell({.id = "call",
             .kind = producer,
             .from = 0,
             .to = 9,
             .by = told.web,
             .says = {{"messaging.system", "kafka"}}});
  told.tell({.id = "work",
             .parent = "call",
             .kind = consumer,
             .from = 5,
             .to = 6,
             .by = told.worker,
             .says = {{"messaging.system", "kafka"}}});
  const auto trace = told.explain_it();
  check_bounded(wait_of(trace, "work"), wait_rule::inside_send);
}

TEST_CASE("messages of a batch wait longer than the start of their span shows") {
  two_hosts told;
  const std::initializer_list<attribute> kafka = {{"messaging.system", "kafka"}};
  told.tell({.id = "s1", .kind = producer, .from = 0, .to = 0.1, .by = told.web, .says = kafka});
  told.tell({.id = "s2", .kind = producer, .from = 0, .to = 0.1, .by = told.web, .says = kafka});
  told.tell({.id = "both",
             .kind = consumer,
             .from = 3,
             .to = 5,
             .by = told.worker,
             .says = kafka,
             .links = {{"trace", "s1"}, {"trace", "s2"}},
             .trace = "batch"});
  auto trace = told.explain_it("batch");
  REQUIRE(trace.waits.size() == 2);
  for (const auto& wait : trace.waits) check_bounded(wait, wait_rule::batch);
  CHECK(seconds(trace.waits[0].inside_worker_at_most()) == doctest::Approx(2));
}

TEST_CASE("spans of one poll that overlap are a batch, spans of one poll that follow each other are not") {
  for (const bool overlap : {true, false}) {
    CAPTURE(overlap);
    two_hosts told;
    const std::initializer_list<attribute> kafka = {{"messaging.system", "kafka"},
                                                    {"messaging.operation.type", "process"}};
    told.tell({.id = "s1",
               .kind = producer,
               .from = 0,
               .to = 0.1,
               .by = told.web,
               .says = {{"messaging.system", "kafka"}}});
    told.tell({.id = "s2",
               .kind = producer,
               .from = 0,
               .to = 0.1,
               .by = told.web,
               .says = {{"messaging.system", "kafka"}}});
    told.tell({.id = "poll",
               .name = "poll q",
               .kind = span_kind::client,
               .from = 2.9,
               .to = 8,
               .by = told.worker,
               .says = {{"messaging.system", "kafka"},
                        {"messaging.operation.type", "receive"},
                        {"messaging.batch.message_count", 2}},
               .trace = "batch"});
    told.tell({.id = "w1",
               .parent = "poll",
               .kind = consumer,
               .from = 3,
               .to = 5,
               .by = told.worker,
               .says = kafka,
               .links = {{"trace", "s1"}},
               .trace = "batch"});
    told.tell({.id = "w2",
               .parent = "poll",
               .kind = consumer,
               .from = overlap ? 3.0 : 5.0,
               .to = 6,
               .by = told.worker,
               .says = kafka,
               .links = {{"trace", "s2"}},
               .trace = "batch"});
    const auto trace = told.explain_it("batch");
    CHECK(wait_of(trace, "w2").duration.has_value() != overlap);
    if (overlap) check_bounded(wait_of(trace, "w2"), wait_rule::batch);
  }
}

TEST_CASE(
    "where the span begins at delivery, the handler's first own span says whether the message then lay in "
    "the worker") {
  struct row {
    double first_child;
    bool figure;
    std::string_view why;
  };
  for (const auto& [first_child, figure, why] : {
           row{3.01, true, "the handler began at once"},
           row{4.5, false, "something else was going on first"},
           row{0, false, "nothing is known"},
       }) {
    CAPTURE(why);
    two_hosts told;
    told.tell({.id = "send",
               .kind = producer,
               .from = 0,
               .to = 0.1,
               .by = told.web,
               .says = {{"messaging.system", "rabbitmq"}}});
    told.tell({.id = "work",
               .name = "q process",
               .parent = "send",
               .kind = consumer,
               .from = 3,
               .to = 6,
               .by = told.worker,
               .says = {{"messaging.system", "rabbitmq"}, {"messaging.operation", "process"}},
               .scope = "@opentelemetry/instrumentation-amqplib"});
    if (first_child > 0)
      told.tell({.id = "query", .parent = "work", .from = first_child, .to = 5, .by = told.worker});
    const auto trace = told.explain_it();
    CHECK(wait_of(trace, "work").duration.has_value() == figure);
    if (!figure) check_bounded(wait_of(trace, "work"), wait_rule::delivery);
  }
}

TEST_CASE("a handler whose spans come after the span of the message was not inside it") {
  two_hosts told;
  told.tell({.id = "send",
             .kind = producer,
             .from = 0,
             .to = 0.1,
             .by = told.web,
             .says = {{"messaging.system", "kafka"}}});
  told.tell({.id = "work",
             .name = "q process",
             .parent = "send",
             .kind = consumer,
             .from = 1,
             .to = 1.001,
             .by = told.worker,
             .says = {{"messaging.system", "kafka"}}});
  told.tell({.id = "query", .parent = "work", .from = 4, .to = 5, .by = told.worker});
  const auto trace = told.explain_it();
  check_bounded(wait_of(trace, "work"), wait_rule::delivery);
}

TEST_CASE(
    "the sender is found over a link, over a receive span in between, and by the message's id across "
    "traces") {
  const std::initializer_list<attribute> kafka = {{"messaging.system", "kafka"},
                                                  {"messaging.message.id", "message-0001"}};
  struct row {
    told_span middle;
    told_span work;
    std::string_view why;
  };
  for (const auto& [middle, work, why] : {
           row{{.id = "m", .trace = "w"}, {.id = "work", .links = {{"trace", "send"}}}, "a link"},
           row{{.id = "m",
           .name = "q receive",
           .parent = "send",
           .kind = consumer,
           .from = 2,
           .to = 2,
           .says = kafka,
           .trace = "trace"},
               {.id = "work", .links = {{"trace", "m"}}},
               "a link to a receive below the sender"},
           row{{.id = "m",
           .name = "q receive",
           .kind = consumer,
           .from = 2,
           .to = 2,
           .says = kafka,
           .links = {{"trace", "send"}},
           .trace = "w"},
               {.id = "work", .parent = "m"},
               "below a receive that links to the sender"},
           row{{.id = "m", .trace = "w"}, {.id = "work"}, "nothing but the id"},
       }) {
    CAPTURE(why);
    two_hosts told;
    told.tell({.id = "send", .kind = producer, .from = 0, .to = 0.1, .by = told.web, .says = kafka});
    auto between = middle;
    between.by = told.worker;
    told.tell(between);
    auto process = work;
    process.name = "q process";
    process.trace = "w";
    process.kind = consumer;
    process.from = 3.1;
    process.to = 4;
    process.by = told.worker;
    process.says = kafka;
    told.tell(process);
    const auto trace = told.explain_it("w");
    const auto& wait = wait_of(trace, "work");
    REQUIRE(wait.sender != nullptr);
    CHECK(wait.sender->name == "send");
    CHECK(seconds(wait.duration) == doctest::Approx(3));
  }
}

TEST_CASE("without any span of the sender the wait is unknown, unless the message carries its time") {
  two_hosts told;
  told.tell({.id = "lost",
             .parent = "gone",
             .kind = consumer,
             .from = 3,
             .to = 4,
             .by = told.worker,
             .says = {{"celery.action", "run"}}});
  told.tell({.id = "kafka",
             .parent = "gone",
             .kind = consumer,
             .from = 3,
             .to = 4,
             .by = told.worker,
             .says = {{"messaging.system", "kafka"}, {"kafka.record.queue_time_ms", 1500}}});
  told.tell({.id = "stream",
             .parent = "gone",
             .kind = consumer,
             .from = 3,
             .to = 4,
             .by = told.worker,
             .says = {{"messaging.system", "redis"}, {"messaging.message.id", "1800000000500-0"}}});
  told.tell({.id = "sentry",
             .parent = "gone",
             .from = 3,
             .to = 4,
             .by = told.worker,
             .says = {{"sentry.op", "queue.process"}, {"messaging.message.receive.latency", 2000.0}}});
  const auto trace = told.explain_it();
  CHECK(wait_of(trace, "lost").rule == wait_rule::sender_unseen);
  CHECK_FALSE(wait_of(trace, "lost").duration);
  CHECK_FALSE(wait_of(trace, "lost").low);
  CHECK(wait_of(trace, "kafka").rule == wait_rule::producer_stamp);
  CHECK(seconds(wait_of(trace, "kafka").duration) == doctest::Approx(1.5));
  CHECK(wait_of(trace, "stream").rule == wait_rule::queue_clock);
  CHECK(seconds(wait_of(trace, "stream").duration) == doctest::Approx(2.5));
  check_bounded(wait_of(trace, "sentry"),
                wait_rule::hidden_delay);  // Sentry's latency holds delay and backoff
}

TEST_CASE("where only a span around the sending is known, the wait is bounded by it") {
  two_hosts told;
  told.tell({.id = "request", .kind = span_kind::server, .from = 0, .to = 1, .by = told.web});
  told.tell({.id = "work",
             .parent = "request",
             .kind = consumer,
             .from = 3,
             .to = 4,
             .by = told.worker,
             .says = {{"messaging.system", "kafka"}}});
  const auto trace = told.explain_it();
  check_bounded(wait_of(trace, "work"), wait_rule::surrounding_span);
}

TEST_CASE("Sidekiq's own stamp of readiness holds for every try") {
  two_hosts told;
  told.tell({.id = "work",
             .name = "default process",
             .parent = "gone",
             .kind = consumer,
             .from = 9,
             .to = 10,
             .by = told.worker,
             .says = {{"messaging.system", "sidekiq"}}});
  const span_event ready[] = {{.time = at(6), .name = "enqueued_at"}};
  told.arena().spans().back().events = ready;
  const auto trace = told.explain_it();
  CHECK(wait_of(trace, "work").rule == wait_rule::producer_stamp);
  CHECK(seconds(wait_of(trace, "work").duration) == doctest::Approx(3));
}

TEST_CASE(
    "Temporal's activities wait in a workflow, but may be delayed alone; a workflow's own start may be the "
    "engine's") {
  two_hosts told;
  told.tell({.id = "a",
             .name = "StartActivity:X",
             .kind = span_kind::client,
             .from = 0,
             .to = 0,
             .by = told.worker,
             .says = {{"temporalWorkflowID", "w"}}});
  told.tell({.id = "in",
             .name = "RunActivity:X",
             .parent = "a",
             .kind = span_kind::server,
             .from = 3,
             .to = 4,
             .by = told.worker,
             .says = {{"temporalWorkflowID", "w"}, {"temporalActivityID", "1"}}});
  told.tell({.id = "b",
             .name = "StartActivity:Y",
             .kind = span_kind::client,
             .from = 0,
             .to = 0,
             .by = told.web,
             .says = {{"temporalActivityID", "alone"}}});
  told.tell({.id = "alone",
             .name = "RunActivity:Y",
             .parent = "b",
             .kind = span_kind::server,
             .from = 3,
             .to = 4,
             .by = told.worker,
             .says = {{"temporalActivityID", "alone"}}});
  told.tell({.id = "c",
             .name = "StartWorkflow:Z",
             .kind = span_kind::client,
             .from = 0,
             .to = 0.1,
             .by = told.web,
             .says = {{"temporalWorkflowID", "z"}}});
  told.tell({.id = "flow",
             .name = "RunWorkflow:Z",
             .parent = "c",
             .kind = span_kind::server,
             .from = 3,
             .to = 4,
             .by = told.worker,
             .says = {{"temporalWorkflowID", "z"}}});
  told.tell({.id = "d",
             .name = "StartActivity:T",
             .from = 0,
             .to = 5,
             .by = told.worker,
             .says = {{"temporalWorkflowID", "w"}}});
  told.tell({.id = "inside",
             .name = "RunActivity:T",
             .parent = "d",
             .from = 3,
             .to = 4,
             .by = told.worker,
             .says = {{"temporalWorkflowID", "w"}, {"temporalActivityID", "2"}}});
  const auto trace = told.explain_it();
  CHECK(seconds(wait_of(trace, "in").duration) == doctest::Approx(3));
  CHECK_FALSE(wait_of(trace, "in").exact);  // the engine stamped the start, the worker the run
  check_bounded(wait_of(trace, "alone"), wait_rule::hidden_delay);
  check_bounded(wait_of(trace, "flow"), wait_rule::hidden_delay);
  CHECK(seconds(wait_of(trace, "inside").duration) ==
        doctest::Approx(3));  // TypeScript: the start contains the run
}

TEST_CASE("a later step of a run waits for other steps first") {
  two_hosts told;
  told.tell({.id = "send",
             .name = "hatchet.run_workflow",
             .kind = producer,
             .from = 0,
             .to = 0.1,
             .by = told.web,
             .says = {{"instrumentor", "hatchet"}}});
  told.tell(
      {.id = "first",
       .name = "hatchet.start_step_run",
       .parent = "send",
       .kind = consumer,
       .from = 1,
       .to = 2,
       .by = told.worker,
       .says = {
           {"instrumentor", "hatchet"}, {"hatchet.workflow_run_id", "run"}, {"hatchet.step_run_id", "s1"}}});
  told.tell(
      {.id = "second",
       .name = "hatchet.start_step_run",
       .parent = "send",
       .kind = consumer,
       .from = 3,
       .to = 4,
       .by = told.worker,
       .says = {
           {"instrumentor", "hatchet"}, {"hatchet.workflow_run_id", "run"}, {"hatchet.step_run_id", "s2"}}});
  const auto trace = told.explain_it();
  CHECK(seconds(wait_of(trace, "first").duration) == doctest::Approx(0.9));
  check_bounded(wait_of(trace, "second"), wait_rule::run_step);
}

TEST_CASE("what the same worker ran until it took the message is named, and nothing else is") {
  struct row {
    double busy_from, busy_to;
    std::string_view instance;
    bool named;
    std::string_view why;
  };
  for (const auto& [busy_from, busy_to, instance, is_named, why] : {
           row{-5, 4.09, "k-1", true, "busy all the time, free just before"},
           row{-5, 2, "k-1", false, "free long before"},
           row{3.5, 4.09, "k-1", false, "idle for most of the wait"},
           row{-5, 4.09, "k-2", false, "another worker"},
       }) {
    CAPTURE(why);
    two_hosts told;
    told.tell({.id = "busy",
               .kind = consumer,
               .from = busy_from,
               .to = busy_to,
               .by = told.process("worker", instance),
               .says = {{"celery.action", "run"}, {"celery.task_name", "reports.monthly"}},
               .trace = "other"});
    told.tell({.id = "send",
               .kind = producer,
               .from = 0,
               .to = 0.1,
               .by = told.web,
               .says = {{"celery.action", "apply_async"}}});
    told.tell({.id = "work",
               .parent = "send",
               .kind = consumer,
               .from = 4.1,
               .to = 5,
               .by = told.worker,
               .says = {{"celery.action", "run"}}});
    const auto trace = told.explain_it();
    const auto& behind = wait_of(trace, "work").behind;
    CHECK(behind.size() == (is_named ? 1 : 0));
    if (is_named && !behind.empty()) {
      CHECK(behind.front().name == "reports.monthly");
      CHECK(behind.front().worker == "worker");
      CHECK(seconds(behind.front().overlap) == doctest::Approx(3.99));
    }
  }
}
