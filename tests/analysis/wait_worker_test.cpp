// What the worker's other work, and the handlers' own spans, add to what a message's two spans tell.
#include "story.hpp"

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

namespace {

const attribute bullmq_job[] = {{"bullmq.queue.operation", "process"}, {"bullmq.queue.name", "orders"}};

// A job added at 1 s and begun at 5 s, on a worker that had another one until busy_until.
queue_wait wait_behind(double busy_until, std::string_view operation, std::string_view url) {
  story told;
  told.tell(did("post", "", 0.9, 1.2, told.web, {{"url.query", url}}));
  told.tell(did("add", "post", 0.95, 1, told.web, {{operation, "add"}}).of_kind(span_kind::producer));
  told.tell(worked("before", "", 0.5, busy_until, told.worker).in("other")).attributes = bullmq_job;
  told.tell(worked("work", "add", 5, 6, told.worker, {{operation, "process"}}));
  return wait_of(told.explained(), "work");
}

}  // namespace

TEST_CASE(
    "a delay that few ask for is not assumed where the worker was busy all the time and nothing speaks of "
    "one") {
  struct row {
    double busy_until;
    std::string_view operation;
    std::string_view url;
    bool told;
    const char* why;
  };
  for (const auto& [busy_until, operation, url, is_told, why] :
       {row{4.99, "bullmq.queue.operation", "dur=0.3", true, "begun as soon as the worker was free"},
        row{4.99, "bullmq.queue.operation", "dur=0.3&Delay=2", false, "the request speaks of a delay"},
        row{3.5, "bullmq.queue.operation", "dur=0.3", false, "the worker was free long before"},
        row{4.99, "messaging.operation.type", "dur=0.3", false, "a tool of which nothing is known"}}) {
    CAPTURE(why);
    const auto wait = wait_behind(busy_until, operation, url);
    if (is_told) {
      CHECK(wait.rule == wait_rule::busy_worker);
      CHECK(seconds(wait.duration) == doctest::Approx(4));
      CHECK_FALSE(wait.exact);
    } else {
      CHECK(is_bounded(wait, wait_rule::hidden_delay));
    }
  }
}

TEST_CASE("a gap too short for any delay is told whatever the tool could hide, a little longer one is not") {
  for (const double gap : {0.04, 0.2}) {
    CAPTURE(gap);
    story told;
    told.tell(sent("send", 0, 1, told.web, {{"messaging.system", "my-own-queue"}}));
    told.tell(worked("work", "send", 1 + gap, 3, told.worker, {{"messaging.system", "my-own-queue"}}));
    told.tell(did("query", "work", 1 + gap, 2, told.worker));
    const auto trace = told.explained();
    if (gap < 0.05) {
      CHECK(seconds(wait_of(trace, "work").duration) == doctest::Approx(gap));
    } else {
      CHECK(is_bounded(wait_of(trace, "work"), wait_rule::hidden_delay));
    }
  }
}

TEST_CASE("a message that was hardly under way was not parked on it") {
  story told;
  told.tell(sent("send", 0, 1, told.web,
                 {{"messaging.system", "kafka"}, {"messaging.destination.name", "jobs-retry"}}));
  told.tell(worked("work", "send", 1.04, 3, told.worker,
                   {{"messaging.system", "kafka"}, {"messaging.destination.name", "jobs-retry"}}));
  told.tell(did("query", "work", 1.04, 2, told.worker));
  CHECK(seconds(wait_of(told.explained(), "work").duration) == doctest::Approx(0.04));
}

TEST_CASE(
    "a short wait between two processes is as seen where the handler is seen to begin or the worker is warm, "
    "else guessed") {
  enum class sign { none, own_span_at_once, own_span_later, worked_before };
  for (const auto seen : {sign::none, sign::own_span_at_once, sign::own_span_later, sign::worked_before}) {
    CAPTURE(static_cast<int>(seen));
    story told;
    told.tell(sent("send", 0, 1, told.web, {{"messaging.system", "kafka"}}));
    told.tell(worked("work", "send", 1.1, 3, told.worker, {{"messaging.system", "kafka"}}));
    if (seen == sign::own_span_at_once) told.tell(did("query", "work", 1.12, 2, told.worker));
    if (seen == sign::own_span_later) told.tell(did("query", "work", 1.2, 2, told.worker));
    if (seen == sign::worked_before) {
      told.tell(worked("before", "", 0.1, 0.4, told.worker, {{"messaging.system", "kafka"}}).in("other"));
    }
    const auto trace = told.explained();
    if (seen == sign::own_span_at_once || seen == sign::worked_before) {
      CHECK(seconds(wait_of(trace, "work").duration) == doctest::Approx(0.1));
    } else {
      CHECK(wait_of(trace, "work").rule == wait_rule::too_short);
      CHECK(seconds(wait_of(trace, "work").duration) ==
            doctest::Approx(0.135));  // half of what starting takes
      CHECK_FALSE(wait_of(trace, "work").exact);
    }
  }
}

TEST_CASE(
    "handlers that lie one after another beside the messages of a batch belong to them in their order") {
  struct row {
    std::vector<std::pair<double, double>> handlers;
    bool told;
    const char* why;
  };
  for (const auto& [handlers, is_told, why] :
       {row{{{2, 3}, {3.01, 4}, {4.02, 5}}, true, "one each, without a pause"},
        row{{{2, 3}, {3.01, 5}}, false, "one of the three has none"},
        row{{{2, 3}, {3.01, 4}, {4.5, 5}}, false, "what was done in between, nobody tells"},
        row{{{2, 3.5}, {3, 4}, {4, 5}}, false, "two at once: whose is which?"}}) {
    CAPTURE(why);
    story told;
    const auto kafka = std::initializer_list<attribute>{{"messaging.system", "kafka"}};
    for (const auto id : {"s1", "s2", "s3"}) told.tell(sent(id, 0, 1, told.web, kafka));
    told.tell(did("poll", "", 2, 5, told.worker, kafka).called("poll orders").in("w"));
    const std::pair<std::string_view, std::string_view> works[] = {{"w1", "s1"}, {"w2", "s2"}, {"w3", "s3"}};
    for (const auto& [id, sender] : works) {
      told.tell(worked(id, "poll", 2, 5, told.worker, kafka)
                    .called("process orders")
                    .in("w")
                    .linked({{"trace", sender}}));
    }
    const std::string_view names[] = {"h1", "h2", "h3"};
    for (std::size_t i = 0; i < handlers.size(); ++i) {
      told.tell(did(names[i], "poll", handlers[i].first, handlers[i].second, told.worker).in("w"));
    }
    const auto trace = told.explained("w");
    REQUIRE(trace.waits.size() == 3);
    for (std::size_t i = 0; i < trace.waits.size(); ++i) {
      if (is_told) {
        const auto& wait = wait_of(trace, names[i]);
        REQUIRE(wait.sender != nullptr);
        CHECK(wait.sender->name == works[i].second);
        CHECK(seconds(wait.duration) == doctest::Approx(handlers[i].first - 1));
      } else {
        CHECK(is_bounded(trace.waits[i], wait_rule::batch));
      }
    }
  }
}

TEST_CASE("what arrives at a busy worker is begun when it is free, if it works on one after another") {
  struct row {
    double before_ends;
    double third_begins;
    bool told;
    const char* why;
  };
  for (const auto& [before_ends, third_begins, is_told, why] :
       {row{4.99, 5.6, true, "the handler's own span begins as the one before ends"},
        row{4.9, 5.6, false, "the worker was free before: what was done then, nobody tells"},
        row{4.99, 2, false, "the worker works on several at once"}}) {
    CAPTURE(why);
    story told;
    const auto amqp = std::initializer_list<attribute>{{"messaging.system", "rabbitmq"}};
    const auto amqplib = "@opentelemetry/instrumentation-amqplib";
    told.tell(sent("send", 0.9, 1, told.web, amqp));
    told.tell(worked("before", "", 0.5, before_ends, told.worker, amqp).in("a").made_by(amqplib));
    told.tell(did("before's", "before", 0.5, before_ends, told.worker).in("a"));
    told.tell(worked("work", "send", 1.01, 5.5, told.worker, amqp).made_by(amqplib));
    told.tell(did("work's", "work", 5, 5.5, told.worker));
    told.tell(worked("third", "", 1.02, 7, told.worker, amqp).in("b").made_by(amqplib));
    told.tell(did("third's", "third", third_begins, 7, told.worker).in("b"));
    const auto trace = told.explained();
    if (is_told) {
      CHECK(seconds(wait_of(trace, "work").duration) == doctest::Approx(4));
    } else {
      CHECK(is_bounded(wait_of(trace, "work"), wait_rule::delivery));
    }
  }
}

TEST_CASE(
    "a span around the sending stands for it where it is short beside the wait and a delay would be a call "
    "of its own") {
  struct row {
    double around_ends;
    std::string_view inside;
    std::string_view op;
    bool told;
    const char* why;
  };
  for (const auto& [around_ends, inside, op, is_told, why] :
       {row{0.2, "POST /runs", "hatchet.task", true, "200 ms before 4.8 s"},
        row{0.2, "POST /runs", "queue.task.rq", true, "RQ, likewise"},
        row{1.5, "POST /runs", "hatchet.task", false, "sent at its start or at its end: 1.5 s apart"},
        row{0.2, "POST /workflows/deployment/scheduled", "hatchet.task", false,
            "a call that asks for a delay"},
        row{0.2, "POST /runs", "queue.task.dramatiq", false, "a delay leaves no trace there"}}) {
    CAPTURE(why);
    story told;
    told.tell(did("post", "", 0, around_ends, told.web));
    told.tell(did("call", "post", 0.05, 0.15, told.web).called(inside));
    told.tell(worked("work", "post", 5, 6, told.worker, {{"sentry.op", op}}));
    told.tell(worked("again", "post", 8, 9, told.worker, {{"sentry.op", op}}));
    const auto trace = told.explained();
    if (is_told) {
      CHECK(seconds(wait_of(trace, "work").duration) == doctest::Approx(5 - around_ends));
    } else {
      CHECK_FALSE(wait_of(trace, "work").duration);
    }
    CHECK(wait_of(trace, "work").rule == wait_rule::surrounding_span);
    CHECK_FALSE(wait_of(trace, "again").duration);  // another try, or another message
  }
}

TEST_CASE("two processes that an SDK describes alike are told apart by a span whose parent is remote") {
  for (const bool remote : {true, false}) {
    CAPTURE(remote);
    story told;
    told.tell(did("post", "", 0, 0.2, told.web));
    told.tell(worked("work", "post", 5, 6, told.web, {{"sentry.op", "hatchet.task"}})).flags =
        remote ? 0x300 : 0x100;
    CHECK(wait_of(told.explained(), "work").duration.has_value() == remote);
  }
}

TEST_CASE("work that begins after the work around it has ended was sent from within it") {
  story told;
  told.tell(worked("parent", "", 0, 3, told.worker, {{"sentry.op", "hatchet.task"}}));
  told.tell(worked("inside", "parent", 1, 2, told.worker, {{"sentry.op", "hatchet.task"}}));
  told.tell(worked("child", "parent", 5, 6, told.worker, {{"sentry.op", "hatchet.task"}}));
  const auto trace = told.explained();
  const auto wait = wait_of(trace, "child");
  CHECK(wait.rule == wait_rule::surrounding_span);
  CHECK(seconds(wait.low) == doctest::Approx(2));
  CHECK(seconds(wait.high) == doctest::Approx(5));
  CHECK(std::ranges::find(trace.waits, named<span_id>("inside"), &queue_wait::work_span) ==
        trace.waits.end());
}

TEST_CASE("where the sending lies somewhere in less than 400 ms, the middle is told, as a guess") {
  for (const double ends : {0.3, 0.5}) {
    CAPTURE(ends);
    story told;
    told.tell(did("post", "", 0, ends, told.web));
    told.tell(worked("work", "post", ends + 0.2, 6, told.worker, {{"sentry.op", "hatchet.task"}}));
    const auto wait = wait_of(told.explained(), "work");
    CHECK(wait.rule == wait_rule::surrounding_span);
    CHECK_FALSE(wait.exact);
    if (ends < 0.4) {
      CHECK(seconds(wait.duration) == doctest::Approx(0.35));
    } else {
      CHECK_FALSE(wait.duration);
    }
  }
}

TEST_CASE("a host of which no more is known is one worker where it did one thing after another") {
  for (const bool alone : {true, false}) {
    CAPTURE(alone);
    story told;
    const auto* const host = told.process("worker", "", {{"host.name", "worker-1"}});
    const attribute celery[] = {{"sentry.op", "queue.process"}, {"sentry.origin", "auto.queue.celery"}};
    told.tell(did("submit", "", 0.9, 1, told.web,
                  {{"sentry.op", "queue.submit.celery"}, {"sentry.origin", "auto.queue.celery"}}));
    told.tell(worked("before", "", 0.5, 4.99, host).in("a")).attributes = celery;
    if (!alone) told.tell(worked("beside", "", 2, 3, host).in("b")).attributes = celery;
    told.tell(worked("work", "submit", 5, 6, host)).attributes = celery;
    const auto wait = wait_of(told.explained(), "work");
    if (alone) {
      CHECK(wait.rule == wait_rule::busy_worker);
      CHECK(seconds(wait.duration) == doctest::Approx(4));
    } else {
      CHECK(is_bounded(wait, wait_rule::hidden_delay));
    }
  }
}

TEST_CASE("a queue that only a span inside the task names is the queue of its wait") {
  story told;
  const attribute task[] = {{"sentry.op", "queue.task.celery"}, {"sentry.origin", "auto.queue.celery"}};
  const attribute process[] = {{"sentry.op", "queue.process"},
                               {"sentry.origin", "auto.queue.celery"},
                               {"messaging.destination.name", "shop"}};
  told.tell(did("submit", "", 0.9, 1, told.web,
                {{"sentry.op", "queue.submit.celery"}, {"sentry.origin", "auto.queue.celery"}}));
  told.tell(worked("work", "submit", 5, 6, told.worker)).attributes = task;
  told.tell(worked("inside", "work", 5.1, 5.9, told.worker)).attributes = process;
  CHECK(wait_of(told.explained(), "work").queue == "shop");
}

TEST_CASE("the end of a pause explains a wait that ends with it, on this queue alone") {
  for (const std::string_view paused : {"orders", "reports"}) {
    CAPTURE(paused);
    story told;
    told.tell(
        sent("add", 0.9, 1, told.web, {{"bullmq.queue.operation", "add"}, {"bullmq.queue.name", "orders"}}));
    told.tell(did("resume", "", 4.98, 4.99, told.web,
                  {{"bullmq.queue.operation", "resume"}, {"bullmq.queue.name", paused}}));
    told.tell(worked("work", "add", 5, 6, told.worker)).attributes = bullmq_job;
    const auto wait = wait_of(told.explained(), "work");
    if (paused == "orders") {
      CHECK(wait.rule == wait_rule::opened_queue);
      CHECK(seconds(wait.duration) == doctest::Approx(4));
      REQUIRE(wait.opened_by != nullptr);
      CHECK(wait.opened_by->name == "resume");
    } else {
      CHECK(is_bounded(wait, wait_rule::hidden_delay));
    }
  }
}
