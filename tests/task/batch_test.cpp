#include "../fakes/frozen_clock.hpp"
#include "../fakes/message.hpp"
#include "../fakes/test_tracer.hpp"

#include <waybill/record/event_names.hpp>
#include <waybill/record/wait_names.hpp>
#include <waybill/task/with_batch_logging.hpp>
#include <waybill/tracing/ambient.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace waybill;
using namespace waybill::fakes;

namespace {

constexpr unix_nanos second = 1'000'000'000;
constexpr unix_nanos now = 1'700'000'000 * second;

std::string hex(std::size_t number, std::size_t size) {
  std::string digits = std::to_string(number + 1);
  return std::string(size - digits.size(), '0') + digits;
}

// Message i was sent i + 1 seconds ago, each from a trace of its own.
std::vector<message> messages(std::size_t count) {
  std::vector<message> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back({.headers = {{"traceparent", "00-" + hex(i, 32) + "-" + hex(i, 16) + "-01"}},
                   .info = {.system = "sqlite",
                            .queue = "mail",
                            .message_id = "m",
                            .enqueued = now - static_cast<unix_nanos>(i + 1) * second,
                            .clock = clock_origin::worker}});
  }
  return all;
}

}  // namespace

TEST_CASE("a batch is one span in a trace of its own, with a link and a wait of each message") {
  frozen_clock clock{now};
  test_tracer tracer;
  const auto received = messages(3);
  const int result = with_batch_logging(received, {.kind = "mail", .action = "send"}, [&](batch& mails) {
    CHECK(mails.size() == 3);
    CHECK(current_ids()->span == mails.context().ids().span);
    for (std::size_t i = 0; i < mails.size(); ++i) {
      CHECK(mails.context(i).ids().trace.to_hex() == hex(i, 32));
    }
    mails.event.set("template", "welcome");
    return 7;
  });
  CHECK(result == 7);

  const auto* const span = tracer->span_named("task:mail/send");
  REQUIRE(span != nullptr);
  CHECK_FALSE(span->parent);
  CHECK(find_attribute(span->attributes, "messaging.batch.message_count").as_integer() == 3);
  CHECK(find_attribute(span->attributes, wait_names::wait_duration).is_absent());  // never an average
  REQUIRE(span->links.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& link = span->links[i];
    CHECK(link.trace.to_hex() == hex(i, 32));
    CHECK(link.span.to_hex() == hex(i, 16));
    CHECK(find_attribute(link.attributes, wait_names::wait_duration).as_integer() ==
          static_cast<std::int64_t>(i + 1) * second);
    CHECK(find_attribute(link.attributes, wait_names::wait_basis).as_text() == "same_clock");
    CHECK(find_attribute(link.attributes, wait_names::message_id).as_text() == "m");
  }
  std::size_t drawn = 0;
  for (const auto* one : tracer->spans()) {
    if (one->name != "queued mail") continue;
    CHECK(one->trace.to_hex() == hex(drawn, 32));
    CHECK(one->parent->to_hex() == hex(drawn, 16));
    CHECK(one->end - one->start == static_cast<std::int64_t>(drawn + 1) * second);
    CHECK(find_attribute(one->attributes, wait_names::wait_for_span).as_text() == span->span.to_hex());
    ++drawn;
  }
  CHECK(drawn == 3);

  const auto* const event = tracer->event_named(event_names::task_end);
  REQUIRE(event != nullptr);
  CHECK(find_attribute(event->attributes, "messaging.batch.message_count").as_integer() == 3);
  CHECK(find_attribute(event->attributes, "template").as_text() == "welcome");
  CHECK(find_attribute(event->attributes, event_names::outcome).as_text() == "ok");
}

TEST_CASE("messages of a batch fail one by one, and the batch says how many") {
  test_tracer tracer;
  with_batch_logging(messages(5), {.kind = "mail", .action = "send"}, [](batch& mails) {
    mails.fail(1, "smtp", "no such mailbox");
    mails.fail(4, "smtp", "greylisted");
    mails.fail(5, "smtp", "there is no sixth");
  });
  const auto* const span = tracer->span_named("task:mail/send");
  CHECK(span->status == status_code::error);
  CHECK(span->status_message == "2 of 5 messages failed");
  REQUIRE(span->events.size() == 2);
  CHECK(find_attribute(span->events[1].attributes, event_names::message_index).as_integer() == 4);
  const auto* const event = tracer->event_named(event_names::task_end);
  CHECK(find_attribute(event->attributes, event_names::failed_messages).as_integer() == 2);
  CHECK(find_attribute(event->attributes, event_names::outcome).as_text() == "error");
}

TEST_CASE("an exception ends the batch, and passes") {
  test_tracer tracer;
  CHECK_THROWS_AS(with_batch_logging(messages(2), {.kind = "mail", .action = "send"},
                                     [] { throw std::runtime_error{"down"}; }),
                  std::runtime_error);
  const auto* const event = tracer->event_named(event_names::task_end);
  CHECK(find_attribute(event->attributes, event_names::error_message).as_text() == "down");
}

TEST_CASE("of a large batch the first links are kept, and the rest is counted") {
  test_tracer tracer;
  with_batch_logging(messages(1000), {.kind = "mail", .action = "send"}, [] {});
  const auto* const span = tracer->span_named("task:mail/send");
  REQUIRE(span != nullptr);
  CHECK(span->links.size() + span->dropped_links == 1000);
  CHECK(span->links.size() == 128);
  CHECK(tracer->spans().size() == 129);
}

TEST_CASE("a batch of nothing, of strangers, and without waybill still runs") {
  int runs = 0;
  with_batch_logging(messages(2), {.kind = "mail", .action = "send"}, [&] { ++runs; });
  test_tracer tracer;
  with_batch_logging(std::vector<message>{}, {.kind = "mail", .action = "send"}, [&] { ++runs; });
  with_batch_logging(std::vector<message>(3), {.kind = "mail", .action = "send"}, [&](batch& mails) {
    ++runs;
    CHECK_FALSE(mails.context(0).ids().span);
  });
  with_batch_logging(messages(2), {.kind = "mail", .action = "trusted_by_nobody"}, [&] { ++runs; },
                     {.trusted = trust::ignore});
  CHECK(runs == 4);
  CHECK(tracer->span_named("task:mail/trusted_by_nobody")->links.empty());
}

TEST_CASE("when headers name two traces the preferred one is followed, and the other is linked to") {
  test_tracer tracer;
  const metadata headers{{"traceparent", "00-" + hex(1, 32) + "-" + hex(1, 16) + "-01"},
                         {"sentry-trace", hex(2, 32) + "-" + hex(2, 16) + "-1"}};
  with_task_logging(headers, {.kind = "a", .action = "b"}, [] {});
  const auto* const span = tracer->span_named("task:a/b");
  CHECK(span->trace.to_hex() == hex(1, 32));
  REQUIRE(span->links.size() == 1);
  CHECK(span->links[0].trace.to_hex() == hex(2, 32));
  CHECK(find_attribute(span->links[0].attributes, wait_names::link_header).as_text() == "sentry-trace");
  const auto* const event = tracer->event_named(event_names::task_end);
  CHECK(find_attribute(event->attributes, event_names::disagreement).as_text() == "trace");
}
