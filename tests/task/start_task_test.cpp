#include "../fakes/message.hpp"
#include "../fakes/test_tracer.hpp"

#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace waybill;
using namespace waybill::fakes;

TEST_CASE(
    "a task handle can go to another thread, is current where it is resumed, and outlives its message") {
  test_tracer tracer;
  auto begin = [] {
    message gone{.headers = {}, .info = {.queue = "a queue whose name lives no longer than its message"}};
    return start_task(gone, {.kind = "deployment", .action = "deploy"});
  };
  auto handle = begin();
  CHECK(!current_ids());
  std::thread{[moved = std::move(handle)]() mutable {
    resume_in(moved, [&] {
      auto child = start_span("later");
      moved->event.set("set", "elsewhere");
    });
    moved->fail("Timeout", "took too long");
    moved.end();
    moved->event.set("late", 1);
  }}.join();
  const auto* const task_span = tracer->span_named("task:deployment/deploy");
  REQUIRE(task_span != nullptr);
  CHECK(tracer->span_named("later")->parent == task_span->span);
  CHECK(task_span->status == status_code::error);
  const auto* const event = tracer->event_named("waybill.task");
  CHECK(find_attribute(event->attributes, "set").as_text() == "elsewhere");
  CHECK(find_attribute(event->attributes, "late").is_absent());
  CHECK(find_attribute(event->attributes, "waybill.outcome").as_text() == "error");
  CHECK(find_attribute(event->attributes, "messaging.destination.name").as_text().starts_with("a queue"));
  CHECK(wide_event::set_too_late() == 1);
}

TEST_CASE("a task handle that is dropped ends its task once") {
  test_tracer tracer;
  { const auto handle = start_task(message{}, "deployment", "deploy"); }
  CHECK(tracer->logs().size() == 2);
  CHECK(tracer->spans().size() == 1);
}
