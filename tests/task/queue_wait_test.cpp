#include "../fakes/frozen_clock.hpp"
#include "../fakes/message.hpp"
#include "../fakes/test_tracer.hpp"

#include <waybill/formats/message_stamp.hpp>
#include <waybill/record/wait_names.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::fakes;

namespace {
constexpr std::int64_t second = 1'000'000'000;
constexpr unix_nanos now = 1'800'000'000 * second;
std::string ms(std::int64_t nanos) {
  return std::to_string(nanos / 1'000'000);
}
}  // namespace

TEST_CASE("wait is from when the message could be worked on to when it was; age is something else") {
  frozen_clock clock{now};
  const std::string p = ";p=0123456789abcdef";
  char other_queue[16];
  std::snprintf(other_queue, sizeof other_queue, ";q=%08x", destination_hash("another"));
  char this_queue[16];
  std::snprintf(this_queue, sizeof this_queue, ";q=%08x", destination_hash("deployment"));
  struct row {
    std::string stamp;
    message_info info;
    std::optional<std::int64_t> wait;
    std::string_view basis;
    std::optional<std::int64_t> age;
    std::string_view why;
  };
  for (const auto& [stamp, info, wait, basis, age, why] : {
           row{"", {}, {}, "unknown", {}, "nobody says anything"},
           row{"s=" + ms(now - 3 * second) + p,
               {},
               3 * second,
               "producer_stamp",
               3 * second,
               "the sender's stamp"},
           row{"s=" + ms(now - 3 * second) + p + this_queue,
               {.queue = "deployment"},
               3 * second,
               "producer_stamp",
               3 * second,
               "the stamp names this queue"},
           row{"s=" + ms(now - 9 * second) + p + other_queue,
               {.queue = "deployment"},
               {},
               "unknown",
               9 * second,
               "the stamp was copied along from another queue"},
           row{"s=" + ms(now - 9 * second) + p,
               {.attempt = 2},
               {},
               "unknown",
               9 * second,
               "the stamp speaks of the first attempt"},
           row{"s=" + ms(now - 9 * second) + p + ";d=" + ms(now - 2 * second),
               {},
               2 * second,
               "producer_stamp",
               9 * second,
               "a scheduled delay is not waiting"},
           row{"s=" + ms(now - 9 * second) + p,
               {.enqueued = now - second, .clock = clock_origin::broker},
               second,
               "queue_clock",
               9 * second,
               "the queue's own stamp is preferred"},
           row{"",
               {.created = now - 8 * second, .enqueued = now - second, .clock = clock_origin::worker},
               second,
               "same_clock",
               8 * second,
               "queue and worker on one clock"},
           row{"s=" + ms(now + 5 * second) + p,
               {},
               -5 * second,
               "producer_stamp",
               -5 * second,
               "the sender's clock is ahead: told as it is, not clamped"},
           row{"s=9223372036854775807" + p, {}, {}, "unknown", {}, "a stamp beyond all time is no stamp"},
       }) {
    CAPTURE(why);
    test_tracer tracer;
    message sent{.headers = {}, .info = info};
    if (!stamp.empty()) sent.headers["waybill"] = stamp;
    with_task_logging(sent, {.kind = "deployment", .action = "deploy"}, [] {});
    const auto* const event = tracer->event_named("waybill.task");
    REQUIRE(event != nullptr);
    const auto shown = find_attribute(event->attributes, wait_names::wait_duration);
    CHECK(shown.is_absent() == !wait.has_value());
    CHECK(shown.as_integer() == wait.value_or(0));
    CHECK(find_attribute(event->attributes, wait_names::wait_basis).as_text() == basis);
    CHECK(find_attribute(event->attributes, wait_names::age).as_integer() == age.value_or(0));
  }
}

TEST_CASE(
    "the wait leaves as a span of its own, beside the sender's span, unless it is switched off or negative") {
  frozen_clock clock{now};
  const auto run = [&](bool wait_spans, std::int64_t enqueued_before) -> std::optional<span_record> {
    test_tracer tracer{{.wait_spans = wait_spans}};
    message sent{.headers = {}, .info = {.queue = "deployment", .enqueued = now - enqueued_before}};
    span_ids sender{.trace = trace_id::make()};
    {
      auto span = start_span("send");
      inject_trace_context(sent.headers);
      sender = span.context()->ids();
    }
    with_task_logging(sent, {.kind = "deployment", .action = "deploy"}, [] {});
    const auto* const waited = tracer->span_named("queued deployment");
    if (waited == nullptr) return std::nullopt;
    CHECK(waited->parent == sender.span);
    CHECK(waited->trace == sender.trace);
    const auto* const task_span = tracer->span_named("task:deployment/deploy");
    CHECK(waited->end == task_span->start);
    CHECK(find_attribute(waited->attributes, wait_names::wait_for_span).as_text() ==
          task_span->span.to_hex());
    CHECK(find_attribute(waited->attributes, wait_names::span_role).as_text() == wait_names::role_queue_wait);
    return *waited;
  };
  const auto waited = run(true, 3 * second);
  REQUIRE(waited);
  CHECK(waited->end - waited->start == 3 * second);
  CHECK(!run(false, 3 * second));
  CHECK(!run(true, -3 * second));
}
