#include "../fakes/frozen_clock.hpp"
#include "../fakes/test_tracer.hpp"
#include "../store/temporary_folder.hpp"

#include <waybill/propagation/extract.hpp>
#include <waybill/queues/sqlite/sqlite_queue.hpp>
#include <waybill/record/wait_names.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <thread>

using namespace waybill;
using namespace waybill::fakes;
using namespace std::chrono_literals;

namespace {

struct queue_file {
  testing::temporary_folder folder;
  std::string path = folder / "queue.db";
  sqlite_queue open() const {
    auto opened = sqlite_queue::open(path);
    REQUIRE_MESSAGE(opened, opened.error().message);
    return std::move(*opened);
  }
};

sqlite_message take(sqlite_queue& queue, const sqlite_receive_options& options = {}) {
  auto received = queue.receive("deployment", options);
  REQUIRE_MESSAGE(received, received.error().message);
  REQUIRE(*received);
  return std::move(**received);
}

bool is_empty(sqlite_queue& queue) {
  auto received = queue.receive("deployment");
  REQUIRE_MESSAGE(received, received.error().message);
  return !received->has_value();
}

}  // namespace

TEST_CASE("payload and metadata arrive byte for byte, oldest first, and each queue is apart") {
  const queue_file file;
  auto queue = file.open();
  const std::string payload{"\0\xFF{\"deploy\":1}", 14};
  REQUIRE(queue.send("deployment", payload, {{"organizationId", "org \"1\"\n"}, {"empty", ""}}));
  REQUIRE(queue.send("deployment", "second", {}));
  REQUIRE(queue.send("other", "elsewhere", {}));
  const auto first = take(queue);
  CHECK(first.payload() == payload);
  CHECK(first.additional_metadata() == metadata{{"organizationId", "org \"1\"\n"}, {"empty", ""}});
  CHECK(first.attempt() == 1);
  CHECK(take(queue).payload() == "second");
  CHECK(is_empty(queue));
}

TEST_CASE(
    "a message that is acknowledged is gone, one that is given back comes again, later, as the next "
    "attempt") {
  const queue_file file;
  auto queue = file.open();
  REQUIRE(queue.send("deployment", "once", {}));
  REQUIRE(queue.send("deployment", "twice", {}));
  CHECK(queue.acknowledge(take(queue)));
  REQUIRE(queue.retry(take(queue), 0ms));
  const auto again = take(queue);
  CHECK(again.payload() == "twice");
  CHECK(again.attempt() == 2);
  REQUIRE(queue.retry(again, 1h));
  CHECK(is_empty(queue));
  CHECK(*queue.depth("deployment") == 1);
}

TEST_CASE(
    "a message whose worker is not heard of goes to somebody else, and the first can do nothing with it any "
    "more") {
  const queue_file file;
  auto queue = file.open();
  REQUIRE(queue.send("deployment", "work", {}));
  const auto lost = take(queue, {.worker = "worker-1", .visibility = 0ms});
  const auto found = take(queue, {.worker = "worker-2"});
  CHECK(found.attempt() == 2);
  CHECK(queue.acknowledge(lost).error().code == failure_code::refused);
  CHECK(queue.retry(lost, 0ms).error().code == failure_code::refused);
  CHECK(queue.extend(found, 1h));
  CHECK(queue.acknowledge(found));
}

TEST_CASE("a delayed message is not there before it is due") {
  const queue_file file;
  auto queue = file.open();
  REQUIRE(queue.send("deployment", "later", {}, {.delay = 1h}));
  CHECK(is_empty(queue));
}

TEST_CASE("several workers at once get each message exactly once") {
  const queue_file file;
  constexpr int messages = 200;
  {
    auto queue = file.open();
    for (int i = 0; i < messages; ++i) REQUIRE(queue.send("deployment", std::to_string(i), {}));
  }
  std::mutex mutex;
  std::multiset<std::string> seen;
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&] {
      auto queue = sqlite_queue::open(file.path);
      for (;;) {
        auto received = queue->receive("deployment", {.visibility = 1h});
        if (!received) continue;  // busy for too long: try again
        if (!*received) return;
        const std::lock_guard lock{mutex};
        seen.insert((*received)->payload());
      }
    });
  }
  for (auto& worker : workers) worker.join();
  CHECK(seen.size() == messages);
  CHECK(std::set<std::string>(seen.begin(), seen.end()).size() == messages);
}

TEST_CASE("whoever comes at the same moment to a file that is just being made can use it") {
  for (int round = 0; round < 50; ++round) {
    const queue_file file;
    std::atomic<int> sent{0};
    std::vector<std::thread> senders;
    for (int i = 0; i < 4; ++i) {
      senders.emplace_back([&] {
        auto queue = sqlite_queue::open(file.path);
        if (queue && queue->send("q", "p", {})) ++sent;
      });
    }
    for (auto& sender : senders) sender.join();
    CHECK(sent == 4);
  }
}

TEST_CASE("the wait of each attempt is counted from when it became available, and backoff is not waiting") {
  frozen_clock clock;
  test_tracer tracer;
  const queue_file file;
  auto queue = file.open();
  REQUIRE(queue.send("deployment", "work", {}));
  const auto wait_of = [&](const sqlite_message& message) {
    tracer->clear();
    with_task_logging(message, {.kind = "deployment", .action = "deploy"}, [] {});
    return find_attribute(tracer->event_named("waybill.task")->attributes, wait_names::wait_duration)
        .as_integer();
  };
  const auto first = take(queue);
  CHECK(std::abs(wait_of(first)) < 1'000'000'000);
  CHECK(first.message_info().system == "sqlite");
  CHECK(first.message_info().clock == clock_origin::worker);
  REQUIRE(queue.retry(first, 0ms));
  const auto second = take(queue);
  CHECK(std::abs(wait_of(second)) < 1'000'000'000);
  CHECK(std::abs(*second.message_info().created - *first.message_info().created) < 1'000'000'000);
}

TEST_CASE("on the first attempt the age is the wait, to the nanosecond") {
  test_tracer tracer;
  const queue_file file;
  auto queue = file.open();
  REQUIRE(queue.send("deployment", "work", {}));
  with_task_logging(take(queue), {.kind = "deployment", .action = "deploy"},
                    [](task& running) { CHECK(running.timing().wait == running.timing().age); });
}

TEST_CASE("when sender and worker disagree about the time, the wait is told without calling it one clock's") {
  frozen_clock clock;
  const queue_file file;
  auto queue = file.open();
  REQUIRE(queue.send("deployment", "work", {}));
  clock.step_wall(5'000'000'000);
  const auto message = take(queue);
  CHECK(message.message_info().clock == clock_origin::unknown);
  // The boot clock, which both share, knows better than the five seconds.
  CHECK(wall_now() - *message.message_info().enqueued < 1'000'000'000);
}

TEST_CASE("a row that another language wrote with the defaults is a message like any other") {
  const queue_file file;
  auto queue = file.open();
  auto database = sqlite_database::open(file.path, sqlite_access::read_write);
  REQUIRE(database);
  REQUIRE(database->execute(
      "INSERT INTO waybill_queue (queue, payload, metadata) VALUES"
      " ('deployment', 'work', '{\"traceparent\": \"00-x\", \"nested\": {\"a\": 1}, \"n\": 5}')"));
  const auto message = take(queue);
  CHECK(message.additional_metadata() == metadata{{"traceparent", "00-x"}});
  CHECK(message.message_info().clock == clock_origin::unknown);
  CHECK(std::abs(wall_now() - *message.message_info().enqueued) < 10'000'000'000);
}

TEST_CASE("metadata that is no JSON object costs the headers, never the message") {
  const queue_file file;
  auto queue = file.open();
  auto database = sqlite_database::open(file.path, sqlite_access::read_write);
  REQUIRE(database);
  REQUIRE(database->execute(
      "INSERT INTO waybill_queue (queue, payload, metadata, attempts, boot_id, boot_ns) VALUES"
      " ('deployment', 'work', 'not json', -7, 'x', -1)"));
  const auto message = take(queue);
  CHECK(message.payload() == "work");
  CHECK(message.additional_metadata().empty());
  CHECK(message.attempt() == 1);
}

TEST_CASE("sending stamps the waybill key again, with this queue's name") {
  test_tracer tracer;
  const queue_file file;
  auto queue = file.open();
  metadata headers;
  {
    auto span = start_span("send");
    inject_trace_context(headers);
  }
  REQUIRE(queue.send("deployment", "work", headers));
  const auto message = take(queue);
  const auto found = extract(message.additional_metadata());
  REQUIRE(found.stamp());
  CHECK(found.stamp()->destination == destination_hash("deployment"));
  CHECK(found.ids() == extract(headers).ids());
}

TEST_CASE(
    "the span around a send says whether the message is held back, so that no other tool's worker seems to "
    "wait") {
  test_tracer tracer;
  const queue_file file;
  auto queue = file.open();
  const auto due_after = [&](std::initializer_list<std::chrono::milliseconds> delays) {
    tracer->clear();
    {
      auto span = start_span("send");
      for (const auto delay : delays) REQUIRE(queue.send("deployment", "work", {}, {.delay = delay}));
    }
    return find_attribute(tracer->span_named("send")->attributes, wait_names::due);
  };
  CHECK(due_after({}).is_absent());
  CHECK(due_after({0ms, 0ms}).as_integer() == 0);
  CHECK(std::abs(due_after({2s}).as_integer() - wall_now() - 2'000'000'000) < 1'000'000'000);
  CHECK(due_after({0ms, 2s}).as_integer() == various_dues);
}

TEST_CASE("a file that is no database is refused with a sentence that names it") {
  const queue_file file;
  {
    std::FILE* const junk = std::fopen(file.path.c_str(), "w");
    std::fputs("this is no database, whatever its name says ..............................................",
               junk);
    std::fclose(junk);
  }
  const auto opened = sqlite_queue::open(file.path);
  REQUIRE(!opened);
  CHECK(opened.error().message.find("queue.db") != std::string::npos);
}
