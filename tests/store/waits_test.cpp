#include <waybill/record/event_names.hpp>
#include <waybill/record/wait_names.hpp>
#include <waybill/store/memory/memory_store.hpp>
#include <waybill/store/task_row.hpp>
#include <waybill/store/wait_statistics.hpp>

#include "../conformance/sample_records.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace waybill;

namespace {

std::string packed_waits(std::string_view queue, std::int64_t from, std::int64_t to) {
  std::vector<task_row> rows;
  for (std::int64_t wait = from; wait <= to; ++wait) {
    rows.push_back({.counts = true, .started = wait, .work = 1, .wait = wait, .queue = queue});
  }
  return pack_tasks(rows);
}

}  // namespace

TEST_CASE("task rows come back from their columns as they went in") {
  const task_row rows[] = {
      {.chunk = 3,
       .trace = 7,
       .counts = true,
       .works = true,
       .started = 1'764'000'000'000'000'000,
       .work = 5,
       .wait = 17,
       .queue = "a"},
      {.chunk = 2,
       .trace = 0,
       .counts = false,
       .works = true,
       .started = 12,
       .work = -5,
       .wait = -1,
       .queue = "b"},
      {.chunk = 2,
       .trace = 1,
       .counts = true,
       .works = false,
       .started = -12,
       .work = 0,
       .wait = std::nullopt,
       .queue = "a"},
      {.chunk = 900,
       .trace = 2,
       .counts = true,
       .works = true,
       .started = 0,
       .work = 9,
       .wait = 0,
       .queue = ""},
  };
  const std::string packed = pack_tasks(rows);
  task_walk walk{packed};
  task_row read;
  std::uint32_t queue = 0;
  for (const auto& row : rows) {
    REQUIRE(walk.next(read, queue));
    CHECK(read.chunk == row.chunk);
    CHECK(read.trace == row.trace);
    CHECK(read.counts == row.counts);
    CHECK(read.works == row.works);
    CHECK(read.started == row.started);
    CHECK(read.work == row.work);
    CHECK(read.wait == row.wait);
    CHECK(read.queue == row.queue);
  }
  CHECK_FALSE(walk.next(read, queue));
  for (std::size_t size = 0; size < packed.size(); ++size) {
    CHECK_THROWS_AS(
        [&] {
          task_walk cut{std::string_view{packed}.substr(0, size)};
          while (cut.next(read, queue)) {
          }
        }(),
        damaged_chunk);
  }
}

TEST_CASE("task rows that claim more than they have bytes for are damaged before anything is made of them") {
  struct {
    const char* why;
    std::uint64_t rows;
    std::uint64_t queues;
  } const claims[] = {{"more rows than bytes", 1'000'000'000'000, 1},
                      {"a row has a byte in each of seven columns", 10, 1},
                      {"a queue without a row", 2, 3},
                      {"more queues than bytes", 2, 1'000'000'000'000}};
  for (const auto& claim : claims) {
    CAPTURE(claim.why);
    byte_column packed;
    packed.varint(claim.rows);
    packed.varint(claim.queues);
    packed.bytes(std::string(60, '\0'));
    CHECK_THROWS_AS(task_walk{packed.view()}, damaged_chunk);
  }
}

TEST_CASE("percentiles are exact, by nearest rank, queue by queue") {
  wait_statistics statistics{wait_query{}};
  statistics.add(packed_waits("deploys", 1, 60));
  statistics.add(packed_waits("mails", 5, 5));
  statistics.add(packed_waits("deploys", 61, 200));
  const auto queues = statistics.finish();
  REQUIRE(queues.size() == 2);
  CHECK(queues[0].queue == "deploys");
  CHECK(queues[0].tasks == 200);
  CHECK(queues[0].p50 == 100);
  CHECK(queues[0].p90 == 180);
  CHECK(queues[0].p99 == 198);
  CHECK(queues[0].longest == 200);
  CHECK(queues[1].p50 == 5);
  CHECK(queues[1].p99 == 5);
}

TEST_CASE("waits that are not known or cannot be are counted, and change no percentile") {
  const task_row rows[] = {{.counts = true, .wait = 10, .queue = "a"},
                           {.counts = true, .wait = std::nullopt, .queue = "a"},
                           {.counts = true, .wait = -3, .queue = "a"},
                           {.counts = false, .wait = 99, .queue = "a"}};
  wait_statistics statistics{wait_query{}};
  statistics.add(pack_tasks(rows));
  const auto queues = statistics.finish();
  REQUIRE(queues.size() == 1);
  CHECK(queues[0].tasks == 3);
  CHECK(queues[0].unknown == 1);
  CHECK(queues[0].negative == 1);
  CHECK(queues[0].p99 == 10);
}

TEST_CASE("only tasks that started in the time asked for count") {
  wait_statistics statistics{wait_query{.from = 10, .to = 12}};
  statistics.add(packed_waits("a", 1, 100));
  CHECK(statistics.finish()[0].tasks == 3);
}

TEST_CASE("the wait of a span is what it says itself, and unknown where that is not the wait") {
  struct row {
    std::vector<attribute> attributes;
    std::optional<std::int64_t> wait;
    const char* why;
  };
  const row rows[] = {
      {{{wait_names::wait_duration, 30'200'000'000}}, 30'200'000'000, "our own measurement"},
      {{{wait_names::receive_latency, 30'200.5}}, 30'200'500'000, "Sentry's, in milliseconds"},
      {{{wait_names::receive_latency, 7}}, 7'000'000, "a whole number of milliseconds"},
      {{{wait_names::wait_basis, "unknown"}, {wait_names::receive_latency, 7}},
       std::nullopt,
       "ours says that it does not know"},
      {{{wait_names::receive_latency, 4007.0}, {wait_names::system, "celery"}},
       std::nullopt,
       "holds the countdown, too"},
      {{{wait_names::receive_latency, 4007.0}, {"messaging.message.retry.count", 1}},
       std::nullopt,
       "since the first attempt"},
      {{{wait_names::receive_latency, 1e300}}, std::nullopt, "no time"},
      {{{wait_names::receive_latency, "7"}}, std::nullopt, "a text"},
      {{}, std::nullopt, "nothing is said"},
  };
  for (const auto& [attributes, wait, why] : rows) {
    CAPTURE(why);
    const span_record span{.trace = testing::sample_trace(1),
                           .span = testing::sample_span(1),
                           .kind = span_kind::consumer,
                           .attributes = attributes};
    const auto told = task_row_of(span);
    REQUIRE(told);
    CHECK(told->wait == wait);
  }
  CHECK_FALSE(task_row_of(span_record{
      .trace = testing::sample_trace(1), .span = testing::sample_span(1), .kind = span_kind::producer}));
}

TEST_CASE("a task of our own that tells of itself twice counts once") {
  memory_store store;
  record_arena arena;
  const instrumentation_scope ours{"waybill", "0.1.0", {}};
  const attribute said[] = {{wait_names::destination, "deploys"}, {wait_names::wait_duration, 5}};
  arena.spans().push_back({.trace = testing::sample_trace(1),
                           .span = testing::sample_span(1),
                           .kind = span_kind::consumer,
                           .name = "task:deployment/deploy",
                           .start = 100,
                           .end = 200,
                           .attributes = said,
                           .scope = &ours});
  arena.logs().push_back({.trace = testing::sample_trace(1),
                          .span = testing::sample_span(1),
                          .time = 200,
                          .event_name = event_names::task_end,
                          .attributes = said});
  arena.spans().push_back({.trace = testing::sample_trace(2),
                           .span = testing::sample_span(1),
                           .kind = span_kind::consumer,
                           .name = "process",
                           .start = 100,
                           .end = 200,
                           .attributes = said});
  store.commit(arena.finish(), [](const result<void>&) {});
  const auto waits = *store.waits({});
  REQUIRE(waits.size() == 1);
  CHECK(waits[0].queue == "deploys");
  CHECK(waits[0].tasks == 2);
  auto working = *store.worked_on_between(0, 1000, 10);
  std::sort(working.begin(), working.end());
  CHECK(working == std::vector{testing::sample_trace(1), testing::sample_trace(2)});
}
