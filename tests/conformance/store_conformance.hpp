// What every store must do, whatever it keeps its records in. A store's test includes this and gives
// make_store().
#pragma once

#include <waybill/record/span_store.hpp>

#include "describe_records.hpp"
#include "sample_records.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace waybill::testing {

// One store, empty. `reader` may be another connection to the same records.
struct store_under_test {
  std::shared_ptr<span_store> store;
  std::shared_ptr<const trace_reader> reader;
};
using store_factory = std::function<store_under_test()>;

// Commits and waits; the store must answer, exactly once.
inline result<void> commit(span_store& store, span_batch&& batch) {
  auto answered = std::make_shared<std::promise<result<void>>>();
  auto answer = answered->get_future();
  store.commit(std::move(batch), [answered](const result<void>& done) { answered->set_value(done); });
  return answer.get();
}

inline span_batch one_span(int trace, int span, std::string_view name = "a") {
  record_arena arena;
  add_plain_span(arena, sample_trace(trace), sample_span(span), name);
  return arena.finish();
}

inline std::vector<trace_id> traces(std::initializer_list<int> bytes) {
  std::vector<trace_id> all;
  for (const int byte : bytes) all.push_back(sample_trace(byte));
  return all;
}

inline std::vector<std::string> read_all(const trace_reader& reader, const std::vector<trace_id>& of) {
  const auto batch = reader.read(of);
  REQUIRE(batch);
  return describe(*batch);
}

inline void check_store(const store_factory& make_store) {
  const auto [store, reader] = make_store();

  SUBCASE("what was committed is read back, field for field") {
    REQUIRE(commit(*store, sample_records()));
    auto expected = describe(sample_records());
    std::erase_if(expected, [](const std::string& line) { return line.starts_with("log none"); });
    CHECK(read_all(*reader, traces({0x11, 0x44})) == expected);
  }

  SUBCASE("an empty store has nothing, and says so without failing") {
    CHECK(reader->newest({})->empty());
    CHECK(reader->find("", 10)->empty());
    CHECK(reader->find("11", 10)->empty());
    CHECK(reader->related(sample_trace(1), 10)->empty());
    CHECK(read_all(*reader, traces({1, 2})).empty());
    CHECK(read_all(*reader, {}).empty());
  }

  SUBCASE("an empty commit is answered") {
    CHECK(commit(*store, span_batch{}));
  }

  SUBCASE("a trace that came in several commits is read whole, and only it") {
    for (int span = 1; span <= 5; ++span) REQUIRE(commit(*store, one_span(1, span)));
    REQUIRE(commit(*store, one_span(2, 1)));
    CHECK(read_all(*reader, traces({1})).size() == 5);
    CHECK(read_all(*reader, traces({2})).size() == 1);
    CHECK(read_all(*reader, traces({1, 2, 3})).size() == 6);
  }

  SUBCASE("a record that was sent twice is read once") {
    REQUIRE(commit(*store, sample_records()));
    REQUIRE(commit(*store, sample_records()));
    auto expected = describe(sample_records());
    std::erase_if(expected, [](const std::string& line) { return line.starts_with("log none"); });
    CHECK(read_all(*reader, traces({0x11, 0x44})) == expected);
  }

  SUBCASE("a span that was sent again with more in it is read as it was sent last") {
    record_arena arena;
    const attribute more[] = {{"outcome", "ok"}};
    arena.spans().push_back(
        {.trace = sample_trace(1), .span = sample_span(1), .name = "full", .attributes = more});
    REQUIRE(commit(*store, one_span(1, 1, "thin")));
    REQUIRE(commit(*store, arena.finish()));
    REQUIRE(commit(*store, one_span(1, 1, "thin")));
    const auto lines = read_all(*reader, traces({1}));
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("\"full\"") != std::string::npos);
  }

  SUBCASE("a task's start and its end are two records, a repeated end is one") {
    record_arena arena;
    arena.logs().push_back({.trace = sample_trace(1), .time = 1, .event_name = "waybill.task.started"});
    arena.logs().push_back({.trace = sample_trace(1), .time = 2, .event_name = "waybill.task"});
    REQUIRE(commit(*store, arena.finish()));
    arena.logs().push_back({.trace = sample_trace(1), .time = 2, .event_name = "waybill.task"});
    REQUIRE(commit(*store, arena.finish()));
    CHECK(read_all(*reader, traces({1})).size() == 2);
  }

  SUBCASE("a log record without a trace is taken, and is in no trace") {
    record_arena arena;
    arena.logs().push_back({.time = 1, .body = "a line"});
    REQUIRE(commit(*store, arena.finish()));
    CHECK(reader->newest({})->empty());
  }

  SUBCASE("the newest traces are those that something was stored of last") {
    for (const int trace : {1, 2, 3}) REQUIRE(commit(*store, one_span(trace, 1)));
    REQUIRE(commit(*store, one_span(1, 2)));
    CHECK(*reader->newest({.limit = 10}) == traces({1, 3, 2}));
    CHECK(*reader->newest({.limit = 2}) == traces({1, 3}));
    CHECK(reader->newest({.limit = 0})->empty());
  }

  SUBCASE("a prefix of any length finds the traces that begin so, newest first") {
    for (const int trace : {0x1A, 0x1B, 0x2A, 0x1B}) REQUIRE(commit(*store, one_span(trace, 1)));
    CHECK(*reader->find("1", 10) == traces({0x1B, 0x1A}));
    CHECK(*reader->find("1b", 10) == traces({0x1B}));
    CHECK(*reader->find("1b1", 10) == traces({0x1B}));
    CHECK(*reader->find(sample_trace(0x1A).to_hex(), 10) == traces({0x1A}));
    CHECK(*reader->find("", 10) == traces({0x1B, 0x2A, 0x1A}));
    CHECK(*reader->find("1", 1) == traces({0x1B}));
    CHECK(reader->find("1c", 10)->empty());
    CHECK(reader->find("xyz", 10)->empty());
    CHECK(reader->find(std::string(33, '1'), 10)->empty());
  }

  SUBCASE("a link relates two traces, seen from either, whichever came first") {
    for (const bool link_first : {false, true}) {
      CAPTURE(link_first);
      const auto fresh = make_store();
      record_arena arena;
      const span_link link[] = {{sample_trace(1), sample_span(1)}};
      arena.spans().push_back({.trace = sample_trace(2), .span = sample_span(2), .links = link});
      if (link_first) REQUIRE(commit(*fresh.store, arena.finish()));
      REQUIRE(commit(*fresh.store, one_span(1, 1)));
      if (!link_first) REQUIRE(commit(*fresh.store, arena.finish()));
      REQUIRE(commit(*fresh.store, one_span(3, 3)));
      CHECK(*fresh.reader->related(sample_trace(1), 10) == traces({2}));
      CHECK(*fresh.reader->related(sample_trace(2), 10) == traces({1}));
      CHECK(fresh.reader->related(sample_trace(3), 10)->empty());
      CHECK(fresh.reader->related(sample_trace(1), 0)->empty());
    }
  }

  SUBCASE("a link to a trace that never came relates nothing") {
    record_arena arena;
    const span_link link[] = {{sample_trace(9), sample_span(9)}, {sample_trace(2), sample_span(1)}};
    arena.spans().push_back({.trace = sample_trace(2), .span = sample_span(2), .links = link});
    REQUIRE(commit(*store, arena.finish()));
    CHECK(reader->related(sample_trace(2), 10)->empty());
  }

  SUBCASE("traces that name the same message are related") {
    struct row {
      std::vector<attribute> producer, consumer;
      bool related;
      const char* why;
    };
    const char* const uuid = "837569cd-300e-4a04-a986-f172d0d83359";
    const row rows[] = {
        {{{"messaging.message.id", uuid}}, {{"messaging.message_id", uuid}}, true, "old and new spelling"},
        {{{"messaging.message.id", uuid}, {"messaging.destination.name", "exchange"}},
         {{"messaging.message.id", uuid}, {"messaging.destination.name", "queue"}},
         true,
         "a random id needs no destination: on RabbitMQ the two sides name different ones"},
        {{{"bullmq.job.id", "3"}, {"bullmq.queue.name", "orders"}},
         {{"bullmq.job.id", "3"}, {"bullmq.queue.name", "orders"}},
         true,
         "a counter, in one queue"},
        {{{"bullmq.job.id", "3"}, {"bullmq.queue.name", "orders"}},
         {{"bullmq.job.id", "3"}, {"bullmq.queue.name", "mails"}},
         false,
         "a counter, in two queues"},
        {{{"messaging.message.id", "17"}},
         {{"messaging.message.id", "17"}},
         false,
         "a counter of nobody knows what"},
        {{{"messaging.message.id", 17}}, {{"messaging.message.id", uuid}}, false, "a number"},
        {{{"http.route", uuid}}, {{"http.route", uuid}}, false, "no message id"},
    };
    for (const auto& [producer, consumer, related, why] : rows) {
      CAPTURE(why);
      const auto fresh = make_store();
      record_arena arena;
      arena.spans().push_back({.trace = sample_trace(1), .span = sample_span(1), .attributes = producer});
      REQUIRE(commit(*fresh.store, arena.finish()));
      arena.spans().push_back({.trace = sample_trace(2), .span = sample_span(2), .attributes = consumer});
      REQUIRE(commit(*fresh.store, arena.finish()));
      CHECK(*fresh.reader->related(sample_trace(1), 10) == (related ? traces({2}) : traces({})));
    }
  }

  SUBCASE("a link's attributes may name the message") {
    record_arena arena;
    const attribute message[] = {{"messaging.message.id", "837569cd-300e-4a04-a986-f172d0d83359"}};
    const span_link link[] = {{.trace = sample_trace(9), .span = sample_span(9), .attributes = message}};
    arena.spans().push_back({.trace = sample_trace(1), .span = sample_span(1), .attributes = message});
    arena.spans().push_back({.trace = sample_trace(2), .span = sample_span(2), .links = link});
    REQUIRE(commit(*store, arena.finish()));
    CHECK(*reader->related(sample_trace(1), 10) == traces({2}));
  }

  SUBCASE("traces in which a message was worked on meanwhile are found by time") {
    const auto work = [&](int trace, span_kind kind, unix_nanos start, unix_nanos end) {
      record_arena arena;
      arena.spans().push_back(
          {.trace = sample_trace(trace), .span = sample_span(1), .kind = kind, .start = start, .end = end});
      REQUIRE(commit(*store, arena.finish()));
    };
    work(1, span_kind::consumer, 100, 200);
    work(2, span_kind::server, 100, 200);
    work(3, span_kind::consumer, 190, 300);
    work(4, span_kind::consumer, 301, 400);
    CHECK(*reader->worked_on_between(200, 300, 10) == traces({3, 1}));
    CHECK(*reader->worked_on_between(201, 300, 10) == traces({3}));
    CHECK(*reader->worked_on_between(0, 1000, 2) == traces({4, 3}));
    CHECK(reader->worked_on_between(0, 99, 10)->empty());
    CHECK(reader->worked_on_between(500, 600, 10)->empty());
  }

  SUBCASE("many threads commit while others read, and nothing is lost") {
    std::vector<std::thread> threads;
    for (int thread = 1; thread <= 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (int span = 1; span <= 25; ++span) {
          if (!commit(*store, one_span(thread, span))) return;
          (void)reader->newest({});
          (void)reader->read(std::vector{sample_trace(thread)});
        }
      });
    }
    for (auto& thread : threads) thread.join();
    for (const int trace : {1, 2, 3, 4}) CHECK(read_all(*reader, traces({trace})).size() == 25);
  }

  SUBCASE("a commit of many thousand spans comes back whole") {
    record_arena arena;
    for (std::uint32_t i = 1; i <= 10'000; ++i) {
      span_id::bytes_type id{};
      std::memcpy(id.data(), &i, sizeof i);
      add_plain_span(arena, sample_trace(static_cast<int>(i % 3 + 1)), *span_id::from_bytes(id), "many");
    }
    REQUIRE(commit(*store, arena.finish()));
    CHECK(reader->read(traces({1, 2, 3}))->span_count() == 10'000);
    CHECK(reader->newest({})->size() == 3);
  }
}

}  // namespace waybill::testing
