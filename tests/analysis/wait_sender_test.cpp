#include "story.hpp"

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

namespace {

const attribute kafka[] = {{"messaging.system", "kafka"}, {"messaging.message.id", "message-0001"}};
const attribute anonymous[] = {{"messaging.system", "kafka"}};

}  // namespace

TEST_CASE(
    "the sender is found over a link, over receive spans in between, and by the message's id across traces") {
  enum class way { link, link_to_receive, receive_with_link, id };
  for (const auto by : {way::link, way::link_to_receive, way::receive_with_link, way::id}) {
    CAPTURE(static_cast<int>(by));
    story told;
    told.tell(sent("send", 0, 0.1, told.web)).attributes = kafka;
    auto process = worked("work", "", 3.1, 4, told.worker).called("q process").in("w");
    if (by == way::link) process.links = {{"trace", "send"}};
    if (by == way::link_to_receive) {
      told.tell(worked("got", "send", 2, 2, told.worker).called("q receive")).attributes = anonymous;
      process.links = {{"trace", "got"}};
    }
    if (by == way::receive_with_link) {
      told.tell(worked("got", "", 2, 2, told.worker).called("q receive").in("w").linked({{"trace", "send"}}))
          .attributes = anonymous;
      process.parent = "got";
    }
    told.tell(process).attributes =
        by == way::id ? std::span<const attribute>{kafka} : std::span<const attribute>{anonymous};
    const auto trace = told.explained("w");
    const auto& wait = wait_of(trace, "work");
    REQUIRE(wait.sender != nullptr);
    CHECK(wait.sender->name == "send");
    CHECK(seconds(wait.duration) == doctest::Approx(3));
  }
}

TEST_CASE("a message that the work itself sends again is not the one it works on") {
  story told;
  told.tell(worked("one", "gone", 1, 2, told.worker)).attributes = kafka;
  told.tell(did("again", "one", 1.5, 1.6, told.worker).of_kind(span_kind::producer)).attributes = kafka;
  const auto trace = told.explained();
  CHECK(wait_of(trace, "one").rule == wait_rule::sender_unseen);
}

TEST_CASE("an id too short to be unique joins nothing, nor does one of another system") {
  story told;
  told.tell(sent("send", 0, 0.1, told.web, {{"messaging.system", "kafka"}, {"messaging.message.id", "17"}}));
  told.tell(
      worked("work", "", 3, 4, told.worker, {{"messaging.system", "kafka"}, {"messaging.message.id", "17"}})
          .in("w"));
  told.tell(sent("send2", 0, 0.1, told.web,
                 {{"messaging.system", "kafka"}, {"messaging.message.id", "message-0001"}}));
  told.tell(worked("work2", "", 3, 4, told.worker,
                   {{"messaging.system", "nats"}, {"messaging.message.id", "message-0001"}})
                .in("w"));
  const auto trace = told.explained("w");
  CHECK(wait_of(trace, "work").rule == wait_rule::sender_unseen);
  CHECK(wait_of(trace, "work2").rule == wait_rule::sender_unseen);
}

TEST_CASE("without any span of the sender the wait is unknown, unless the message carries its time") {
  story told;
  told.tell(worked("lost", "gone", 3, 4, told.worker, {{"celery.action", "run"}}));
  told.tell(worked("kafka", "gone", 3, 4, told.worker,
                   {{"messaging.system", "kafka"}, {"kafka.record.queue_time_ms", 1500}}));
  told.tell(worked("stream", "gone", 3, 4, told.worker,
                   {{"messaging.system", "redis"}, {"messaging.message.id", "1800000000500-0"}}));
  told.tell(did("sentry", "gone", 3, 4, told.worker,
                {{"sentry.op", "queue.process"}, {"messaging.message.receive.latency", 2000.0}}));
  told.tell(worked(
      "azure", "gone", 3, 4, told.worker,
      {{"messaging.system", "servicebus"}, {"messaging.servicebus.message.enqueued_time", 1'800'000'001}}));
  told.tell(worked("due", "gone", 3, 4, told.worker,
                   {{"celery.action", "run"}, {"celery.eta", "2027-01-15T08:00:01Z"}}));
  const auto trace = told.explained();
  CHECK(wait_of(trace, "lost").rule == wait_rule::sender_unseen);
  CHECK_FALSE(wait_of(trace, "lost").duration);
  CHECK_FALSE(wait_of(trace, "lost").low);
  CHECK(wait_of(trace, "kafka").rule == wait_rule::producer_stamp);
  CHECK(seconds(wait_of(trace, "kafka").duration) == doctest::Approx(1.5));
  CHECK(wait_of(trace, "stream").rule == wait_rule::queue_clock);
  CHECK(seconds(wait_of(trace, "stream").duration) == doctest::Approx(2.5));
  CHECK(is_bounded(wait_of(trace, "sentry"),
                   wait_rule::hidden_delay));  // Sentry's latency holds delay and backoff
  CHECK(
      is_bounded(wait_of(trace, "azure"), wait_rule::hidden_delay));  // a second wide, and perhaps scheduled
  CHECK(wait_of(trace, "due").rule == wait_rule::due_time);
  CHECK(seconds(wait_of(trace, "due").duration) == doctest::Approx(2));
}

TEST_CASE("where only a span around the sending is known, the wait is bounded by it") {
  story told;
  told.tell(did("request", "", 0, 1, told.web).of_kind(span_kind::server));
  told.tell(worked("work", "request", 3, 4, told.worker)).attributes = kafka;
  const auto trace = told.explained();
  CHECK(is_bounded(wait_of(trace, "work"), wait_rule::surrounding_span));
}

TEST_CASE("work that began while the sender's span was still open started to wait somewhere inside it") {
  story told;
  told.tell(sent("call", 0, 9, told.web)).attributes = kafka;
  told.tell(worked("work", "call", 5, 6, told.worker)).attributes = kafka;
  const auto trace = told.explained();
  CHECK(is_bounded(wait_of(trace, "work"), wait_rule::inside_send));
}

TEST_CASE("a span of work inside another of the same worker is no work of its own") {
  story told;
  told.tell(sent("send", 0, 0.1, told.web)).attributes = kafka;
  told.tell(worked("work", "send", 3, 6, told.worker)).attributes = kafka;
  told.tell(worked("inner", "work", 4, 5, told.worker)).attributes = kafka;
  const auto trace = told.explained();
  CHECK(trace.waits.size() == 1);
}

TEST_CASE("a receive span alone says when a message came, not when work on it began") {
  story told;
  told.tell(sent("send", 0, 0.1, told.web)).attributes = anonymous;
  told.tell(worked("got", "send", 3, 3, told.worker).called("q receive")).attributes = anonymous;
  told.tell(worked("poll", "", 4, 9, told.worker).called("q receive")).attributes = anonymous;
  const auto trace = told.explained();
  CHECK(is_bounded(wait_of(trace, "got"), wait_rule::received));
  CHECK(seconds(wait_of(trace, "got").observed) == doctest::Approx(2.9));
  CHECK(trace.waits.size() == 1);  // asking in vain is no wait
}

TEST_CASE("messages of a batch wait longer than the start of their span shows") {
  story told;
  told.tell(sent("s1", 0, 0.1, told.web)).attributes = anonymous;
  told.tell(sent("s2", 0, 0.1, told.web)).attributes = anonymous;
  told.tell(worked("both", "", 3, 5, told.worker).in("w").linked({{"trace", "s1"}, {"trace", "s2"}}))
      .attributes = anonymous;
  const auto trace = told.explained("w");
  REQUIRE(trace.waits.size() == 2);
  for (const auto& wait : trace.waits) CHECK(is_bounded(wait, wait_rule::batch));
  CHECK(seconds(trace.waits[0].inside_worker_at_most()) == doctest::Approx(2));
}

TEST_CASE("spans of one poll that overlap are a batch, spans of one poll that follow each other are not") {
  for (const bool overlap : {true, false}) {
    CAPTURE(overlap);
    story told;
    told.tell(sent("s1", 0, 0.1, told.web)).attributes = anonymous;
    told.tell(sent("s2", 0, 0.1, told.web)).attributes = anonymous;
    told.tell(did("poll", "", 2.9, 8, told.worker,
                  {{"messaging.system", "kafka"}, {"messaging.batch.message_count", 2}})
                  .called("poll q")
                  .in("w"));
    told.tell(worked("w1", "poll", 3, 5, told.worker).in("w").linked({{"trace", "s1"}})).attributes =
        anonymous;
    told.tell(worked("w2", "poll", overlap ? 3 : 5, 6, told.worker).in("w").linked({{"trace", "s2"}}))
        .attributes = anonymous;
    const auto trace = told.explained("w");
    CHECK(wait_of(trace, "w2").duration.has_value() != overlap);
    if (overlap) CHECK(is_bounded(wait_of(trace, "w2"), wait_rule::batch));
  }
}

TEST_CASE("spans of one poll are a batch before the poll's own span has arrived") {
  story told;
  told.tell(sent("s1", 0, 0.1, told.web)).attributes = anonymous;
  told.tell(sent("s2", 0, 0.1, told.web)).attributes = anonymous;
  told.tell(worked("w1", "poll", 3, 5, told.worker).in("w").linked({{"trace", "s1"}})).attributes = anonymous;
  told.tell(worked("w2", "poll", 3, 6, told.worker).in("w").linked({{"trace", "s2"}})).attributes = anonymous;
  const auto trace = told.explained("w");
  CHECK(is_bounded(wait_of(trace, "w1"), wait_rule::batch));
  CHECK(is_bounded(wait_of(trace, "w2"), wait_rule::batch));
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
    story told;
    told.tell(sent("send", 0, 0.1, told.web, {{"messaging.system", "rabbitmq"}}));
    told.tell(worked("work", "send", 3, 6, told.worker,
                     {{"messaging.system", "rabbitmq"}, {"messaging.operation", "process"}})
                  .called("q process")
                  .made_by("@opentelemetry/instrumentation-amqplib"));
    if (first_child > 0) told.tell(did("query", "work", first_child, 5, told.worker));
    const auto trace = told.explained();
    CHECK(wait_of(trace, "work").duration.has_value() == figure);
    if (!figure) CHECK(is_bounded(wait_of(trace, "work"), wait_rule::delivery));
  }
}

TEST_CASE("a handler whose spans come after the span of the message was not inside it") {
  story told;
  told.tell(sent("send", 0, 0.1, told.web)).attributes = anonymous;
  told.tell(worked("work", "send", 1, 1.001, told.worker)).attributes = anonymous;
  told.tell(did("query", "work", 4, 5, told.worker));
  const auto trace = told.explained();
  CHECK(is_bounded(wait_of(trace, "work"), wait_rule::delivery));
}
