#include "../fakes/frozen_clock.hpp"
#include "../fakes/message.hpp"
#include "../fakes/test_tracer.hpp"

#include <waybill/record/wait_names.hpp>
#include <waybill/task/task_settings.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>
#include <pthread.h>

#include <stdexcept>
#include <thread>

using namespace waybill;
using namespace waybill::fakes;

namespace {

constexpr task_name deploy{.kind = "deployment", .action = "deploy"};

attribute_value get(const span_record* span, std::string_view key) {
  return find_attribute(span->attributes, key);
}
attribute_value get(const log_record* log, std::string_view key) {
  return find_attribute(log->attributes, key);
}

// A message as the web service sends it: inside a span, headers beside what the caller sends anyway.
message sent_message(span_ids* sender = nullptr) {
  auto span = start_span("workflow.runNoWait: deploy", {.kind = span_kind::producer});
  message sent{.headers = {{"organizationId", "org_1"}}};
  inject_trace_context(sent.headers);
  if (sender != nullptr) *sender = span.context()->ids();
  return sent;
}

}  // namespace

TEST_CASE(
    "a task is a child of the sender's span, in the sender's trace, and spans inside it are its children") {
  test_tracer tracer;
  span_ids sender{.trace = trace_id::make()};
  const auto sent = sent_message(&sender);
  with_task_logging(sent, deploy, [] { auto query = start_span("db.query"); });
  const auto* const task_span = tracer->span_named("task:deployment/deploy");
  REQUIRE(task_span != nullptr);
  CHECK(task_span->trace == sender.trace);
  CHECK(task_span->parent == sender.span);
  CHECK(task_span->kind == span_kind::consumer);
  CHECK((task_span->flags & 0x300U) == 0x300U);
  CHECK(get(task_span, "sentry.op").as_text() == "queue.task");
  CHECK(get(task_span, "messaging.operation.type").as_text() == "process");
  CHECK(tracer->span_named("db.query")->parent == task_span->span);
  CHECK(!current_ids());
}

TEST_CASE("a message without headers, or with nonsense in them, is worked on in a trace of its own") {
  test_tracer tracer;
  struct row {
    metadata headers;
    std::string_view extraction;
    std::string_view why;
  };
  for (const auto& [headers, extraction, why] : {
           row{{}, "none", "no headers at all"},
           row{{{"traceparent", "nonsense"}, {"sentry-trace", "x"}, {"waybill", "=;=;"}, {"baggage", ",,,"}},
               "none",
               "all of them malformed"},
           row{{{"traceparent", "00-00000000000000000000000000000000-0000000000000000-01"}},
               "none",
               "zero ids"},
       }) {
    CAPTURE(why);
    tracer->clear();
    bool ran = false;
    with_task_logging(message{.headers = headers}, deploy, [&] { ran = true; });
    CHECK(ran);
    REQUIRE(tracer->span_named("task:deployment/deploy") != nullptr);
    CHECK(!tracer->span_named("task:deployment/deploy")->parent);
    CHECK(get(tracer->event_named("waybill.task"), "waybill.extraction").as_text() == extraction);
  }
}

TEST_CASE("the callback's result comes back whatever it is: void, value, reference, move-only, immovable") {
  test_tracer tracer;
  const message sent{};
  int number = 1;
  struct immovable {
    explicit immovable(int v) : value(v) {}
    immovable(const immovable&) = delete;
    int value;
  };
  CHECK(with_task_logging(sent, deploy, [] { return 7; }) == 7);
  CHECK(&with_task_logging(sent, deploy, [&](task&) -> int& { return number; }) == &number);
  CHECK(*with_task_logging(sent, deploy, [] { return std::make_unique<int>(3); }) == 3);
  CHECK(with_task_logging(sent, deploy, [] { return immovable{5}; }).value == 5);
  CHECK(with_task_logging(sent, "deployment", "deploy", [n = 0]() mutable { return ++n; }) == 1);
  with_task_logging(sent, deploy, [](task& running) {
    if (running.timing().attempt == 1) return;
    CHECK(false);
  });
  CHECK(tracer->logs().size() == 12);
}

TEST_CASE("an exception is recorded and passes through unchanged, and the event still leaves exactly once") {
  test_tracer tracer;
  struct custom {
    int code;
  };
  CHECK_THROWS_WITH_AS(with_task_logging(message{}, deploy, [] { throw std::out_of_range{"no cluster 7"}; }),
                       "no cluster 7", std::out_of_range);
  const auto* const span = tracer->span_named("task:deployment/deploy");
  CHECK(span->status == status_code::error);
  CHECK(span->status_message == "no cluster 7");
  const auto* const event = tracer->event_named("waybill.task");
  CHECK(get(event, "waybill.outcome").as_text() == "error");
  CHECK(get(event, "error.type").as_text() == "std::out_of_range");
  CHECK(event->severity == 17);
  CHECK(tracer->logs().size() == 2);

  tracer->clear();
  CHECK_THROWS_AS(with_task_logging(message{}, deploy, [] { throw custom{3}; }), custom);
  CHECK(get(tracer->event_named("waybill.task"), "waybill.outcome").as_text() == "error");
  CHECK(!current_ids());
}

TEST_CASE("pthread_exit inside a task ends the thread, not the process, and the task is told as cancelled") {
  test_tracer tracer;
  std::thread{[] { with_task_logging(message{}, deploy, [] { pthread_exit(nullptr); }); }}.join();
  CHECK(get(tracer->event_named("waybill.task"), "waybill.outcome").as_text() == "cancelled");
}

TEST_CASE("the event carries what the user sets, what the queue says and what extraction found") {
  frozen_clock clock;
  const unix_nanos sent_at = wall_now();
  use_task_settings({.event_metadata = {"organizationId"}});
  test_tracer tracer;
  auto sent = sent_message();
  sent.info = {.system = "sqlite",
               .queue = "deployment",
               .message_id = "17",
               .attempt = 1,
               .created = sent_at,
               .enqueued = sent_at,
               .clock = clock_origin::worker,
               .worker = "worker-1"};
  clock.advance(3'000'000'000);
  with_task_logging(sent, deploy, [&](task& running) {
    running.event.set({{"deploymentId", "dep_1"}, {"step", {{"name", "apply"}, {"number", 2}}}});
    running.event.count("queries");
    running.event.count("queries", 2);
    {
      const auto timer = running.event.time("render");
      clock.advance(5'000'000);
    }
    clock.advance(1'000'000'000);
  });
  const auto* const event = tracer->event_named("waybill.task");
  REQUIRE(event != nullptr);
  CHECK(event->trace == tracer->span_named("task:deployment/deploy")->trace);
  CHECK(event->span == tracer->span_named("task:deployment/deploy")->span);
  CHECK(get(event, "task.name").as_text() == "deployment/deploy");
  CHECK(get(event, "messaging.system").as_text() == "sqlite");
  CHECK(get(event, "messaging.destination.name").as_text() == "deployment");
  CHECK(get(event, "messaging.message.id").as_text() == "17");
  CHECK(get(event, wait_names::worker).as_text() == "worker-1");
  CHECK(get(event, wait_names::wait_duration).as_integer() == 3'000'000'000);
  CHECK(get(event, wait_names::wait_basis).as_text() == "same_clock");
  CHECK(get(event, wait_names::age).as_integer() == 3'000'000'000);
  CHECK(get(event, "waybill.duration_ns").as_integer() == 1'005'000'000);
  CHECK(get(event, "waybill.outcome").as_text() == "ok");
  CHECK(get(event, "waybill.extraction").as_text() == "tracecontext");
  CHECK(get(event, "metadata.organizationId").as_text() == "org_1");
  CHECK(get(event, "deploymentId").as_text() == "dep_1");
  CHECK(get(event, "queries").as_integer() == 3);
  CHECK(get(event, "render_ms").as_number() == 5.0);
  CHECK(get(event, "step").members()[1].value.as_integer() == 2);

  const auto* const start = tracer->event_named("waybill.task.start");
  REQUIRE(start != nullptr);
  CHECK(get(start, "task.name").as_text() == "deployment/deploy");
  CHECK(get(start, "waybill.outcome").is_absent());
  CHECK(event->time - start->time == 1'005'000'000);

  const auto* const span = tracer->span_named("task:deployment/deploy");
  CHECK(get(span, "sentry.op").as_text() == "sqlite.task");
  CHECK(get(span, "messaging.message.receive.latency").as_number() == 3000.0);
  use_task_settings({});
}

TEST_CASE("secrets are redacted by their key, in groups too, and reserved fields cannot be overwritten") {
  test_tracer tracer;
  with_task_logging(message{}, deploy, [&](task& running) {
    running.event.set(
        {{"db_password", "hunter2"}, {"API-Key", "k"}, {"login", {{"user", "ann"}, {"Token", "t"}}}});
    running.event.set({{"task.name", "mine"}, {"waybill.outcome", "mine"}});
  });
  const auto* const event = tracer->event_named("waybill.task");
  CHECK(get(event, "db_password").as_text() == "[redacted]");
  CHECK(get(event, "API-Key").as_text() == "[redacted]");
  CHECK(get(event, "login").members()[0].value.as_text() == "ann");
  CHECK(get(event, "login").members()[1].value.as_text() == "[redacted]");
  CHECK(get(event, "task.name").as_text() == "deployment/deploy");
  CHECK(get(event, "waybill.outcome").as_text() == "ok");
}

TEST_CASE("a user who sets hundreds of fields loses fields, counted, but never the outcome") {
  test_tracer tracer;
  with_task_logging(message{}, deploy, [&](task& running) {
    for (int i = 0; i < 300; ++i) running.event.set("key" + std::to_string(i), i);
  });
  const auto* const event = tracer->event_named("waybill.task");
  CHECK(get(event, "waybill.outcome").as_text() == "ok");
  CHECK(get(event, "waybill.duration_ns").kind() == value_kind::integer);
  CHECK(get(event, "key127").as_integer() == 127);
  CHECK(event->dropped_attributes == 300 - 128);
}

TEST_CASE("a source that is not believed is not believed about its times either") {
  test_tracer tracer;
  const message sent{.headers = {{"waybill", "s=1000;p=0123456789abcdef"},
                                 {"traceparent", "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"}}};
  with_task_logging(sent, deploy, [] {}, {.trusted = trust::ignore});
  const auto* const event = tracer->event_named("waybill.task");
  CHECK(get(event, "waybill.extraction").as_text() == "none");
  CHECK(get(event, wait_names::wait_duration).is_absent());
  CHECK(get(event, wait_names::age).is_absent());
}

TEST_CASE("an unsampled task leaves no span, but its start record and its event") {
  test_tracer tracer{{.sampling = sampler{0.0}}};
  with_task_logging(message{}, deploy, [](task& running) { running.event.set("deploymentId", "dep_1"); });
  CHECK(tracer->spans().empty());
  CHECK(tracer->event_named("waybill.task.start") != nullptr);
  REQUIRE(tracer->event_named("waybill.task") != nullptr);
  CHECK(get(tracer->event_named("waybill.task"), "deploymentId").as_text() == "dep_1");
}

TEST_CASE("without waybill::start a task runs all the same, in the sender's context") {
  metadata headers;
  {
    test_tracer sender;
    headers = sent_message().headers;
  }
  with_task_logging(message{.headers = headers}, deploy, [&](task& running) {
    running.event.set("ignored", 1);
    REQUIRE(current_ids());
    CHECK(headers.at("traceparent").find(current_ids()->trace.to_hex()) != std::string::npos);
    CHECK(inject_trace_context().at("traceparent").substr(0, 52) == headers.at("traceparent").substr(0, 52));
  });
}

TEST_CASE("a task can be linked to its sender or kept apart, by rule, by age and by trust") {
  test_tracer tracer;
  span_ids sender{.trace = trace_id::make()};
  auto sent = sent_message(&sender);
  sent.info.created = wall_now() - 3'600'000'000'000;
  struct row {
    task_options options;
    bool same_trace;
    std::size_t links;
    std::string_view why;
  };
  for (const auto& [options, same_trace, links, why] : {
           row{{}, true, 0, "one message continues its sender's trace"},
           row{{.relation = {.always = relation::link}}, false, 1, "configured"},
           row{{.relation = {.always = relation::fresh}}, false, 0, "configured"},
           row{{.relation = {.max_age = 60'000'000'000}}, false, 1, "an hour old"},
           row{{.trusted = trust::link}, false, 1, "not to be followed"},
           row{{.trusted = trust::ignore}, false, 0, "not to be believed"},
       }) {
    CAPTURE(why);
    tracer->clear();
    with_task_logging(
        sent, deploy, [] {}, options);
    const auto* const span = tracer->span_named("task:deployment/deploy");
    REQUIRE(span != nullptr);
    CHECK((span->trace == sender.trace) == same_trace);
    REQUIRE(span->links.size() == links);
    if (links == 1) CHECK(span->links[0].trace == sender.trace);
  }
}

TEST_CASE("what a message's own functions throw costs what they would have said, never the message") {
  test_tracer tracer;
  struct hostile {
    metadata headers;
    const metadata& additional_metadata() const { return headers; }
    waybill::message_info message_info() const { throw std::runtime_error{"connection lost"}; }
  };
  struct worse {
    const metadata& additional_metadata() const { throw std::runtime_error{"connection lost"}; }
  };
  bool ran = false;
  with_task_logging(hostile{}, deploy, [&] { ran = true; });
  CHECK(ran);
  ran = false;
  with_task_logging(worse{}, deploy, [&] { ran = true; });
  CHECK(ran);
}

TEST_CASE("a plain carrier will do as the message") {
  test_tracer tracer;
  with_task_logging(sent_message().headers, deploy, [] {});
  CHECK(tracer->span_named("task:deployment/deploy")->parent);
  const std::vector<std::pair<std::string, std::string>> list{
      {"TraceParent", sent_message().headers["traceparent"]}};
  tracer->clear();
  with_task_logging(list, deploy, [] {});
  CHECK(tracer->span_named("task:deployment/deploy")->parent);
}
