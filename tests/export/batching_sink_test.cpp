#include "../fakes/scripted_exporter.hpp"

#include <waybill/export/batching_sink.hpp>
#include <waybill/tracing/active_span.hpp>
#include <waybill/tracing/tracer.hpp>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

using namespace waybill;
using namespace waybill::fakes;
using namespace std::chrono_literals;

namespace {

using kind = export_outcome::kind;

// ThreadSanitizer cannot follow threads that are started after a fork of a process with threads.
#if defined(__SANITIZE_THREAD__)
constexpr bool cannot_fork = true;
#else
constexpr bool cannot_fork = false;
#endif

struct fixture {
  explicit fixture(batching_options options = {.period = 10ms,
                                               .first_backoff = 1ms,
                                               .longest_backoff = 4ms,
                                               .give_up_after = 1s},
                   std::size_t in_flight = 4096) {
    auto made = std::make_unique<batching_sink>(
        [this] { return std::make_unique<scripted_exporter>(script); }, options);
    sink = made.get();
    tracer_options traced;
    traced.records_in_flight = in_flight;
    traced.sink = std::move(made);
    made_by = &tracer::make(std::move(traced));
  }
  ~fixture() { sink->shutdown(0ms); }
  void spans(int count) {
    for (int i = 0; i < count; ++i) auto span = start_span(*made_by, "span");
  }
  std::size_t exported() {
    const std::lock_guard lock{script.mutex};
    std::size_t sum = 0;
    for (const auto batch : script.batches) sum += batch;
    return sum;
  }

  exporter_script script;
  batching_sink* sink;
  tracer* made_by;
};

}  // namespace

TEST_CASE(
    "everything that was recorded before a flush has left when it returns, in batches of the agreed size") {
  fixture f{{.period = 10min, .batch_records = 10}};
  f.spans(25);
  CHECK(f.sink->flush(10s));
  CHECK(f.exported() == 25);
  for (const auto batch : f.script.batches) CHECK(batch <= 10);
  CHECK(f.sink->dropped() == 0);
}

TEST_CASE("many waiting records leave before the period is over") {
  fixture f{{.period = 10min, .wake_at = 50}};
  f.spans(200);
  std::unique_lock lock{f.script.mutex};
  CHECK(f.script.changed.wait_for(lock, 10s, [&] { return f.script.sends > 0; }));
}

TEST_CASE(
    "a collector that says later is asked again, one that refuses is not, and what is lost is counted") {
  fixture f;
  f.script.answers = {
      {.what = kind::try_again}, {.what = kind::try_again, .retry_after = 2ms}, {.what = kind::sent}};
  f.spans(3);
  CHECK(f.sink->flush(10s));
  CHECK(f.script.sends == 3);
  CHECK(f.sink->dropped() == 0);

  f.script.answers = {{.what = kind::refused, .problem = "http://x answered 400"}};
  f.spans(2);
  CHECK(f.sink->flush(10s));
  CHECK(f.sink->dropped() == 2);
  CHECK(f.sink->last_problem() == "http://x answered 400");

  f.script.answers = {{.what = kind::sent, .rejected = 1}};
  f.spans(2);
  CHECK(f.sink->flush(10s));
  CHECK(f.sink->dropped() == 3);
}

TEST_CASE("a batch that nobody takes for too long is given up") {
  fixture f{{.period = 10ms, .first_backoff = 1ms, .longest_backoff = 1ms, .give_up_after = 20ms}};
  f.script.answers = std::deque<export_outcome>(10'000, {.what = kind::try_again});
  f.spans(4);
  CHECK(f.sink->flush(10s));
  CHECK(f.sink->dropped() == 4);
}

TEST_CASE(
    "a collector that hangs costs the host dropped spans, no memory beyond the bound, and no time at the "
    "end") {
  fixture f{{.period = 1ms, .batch_records = 10}, 100};
  f.script.hang = true;
  const auto began = std::chrono::steady_clock::now();
  f.spans(10'000);
  CHECK(f.made_by->dropped() > 9'000);
  CHECK(!f.sink->flush(50ms));
  CHECK(!f.sink->shutdown(50ms));
  CHECK(std::chrono::steady_clock::now() - began < 5s);
  f.spans(1);
  CHECK(f.made_by->dropped() >= 9'900);
}

TEST_CASE("a collector that is not there does not hold up the end of the process") {
  fixture f{{.period = 1ms, .first_backoff = 10min, .longest_backoff = 10min, .give_up_after = 1h}};
  f.script.answers = std::deque<export_outcome>(100, {.what = kind::try_again, .problem = "nobody there"});
  f.spans(3);
  {
    std::unique_lock lock{f.script.mutex};
    REQUIRE(f.script.changed.wait_for(lock, 10s, [&] { return f.script.sends > 0; }));
  }
  const auto began = std::chrono::steady_clock::now();
  f.sink->shutdown(30s);
  CHECK(std::chrono::steady_clock::now() - began < 10s);
  CHECK(f.sink->dropped() == 3);
  CHECK(f.sink->last_problem() == "nobody there");
}

TEST_CASE("many threads push at once and nothing is lost") {
  fixture f{{.period = 1ms}, 1'000'000};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { f.spans(5'000); });
  }
  for (auto& one : threads) one.join();
  CHECK(f.sink->flush(30s));
  CHECK(f.exported() == 20'000);
}

TEST_CASE("a child after a fork forgets what the parent had waiting, and exports its own spans itself" *
          doctest::skip(cannot_fork)) {
  fixture f{{.period = 10min}};
  f.spans(7);
  int from_child[2];
  REQUIRE(pipe(from_child) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto before = f.exported();
    f.spans(2);
    const bool flushed = f.sink->flush(10s);
    const char sum = static_cast<char>('0' + (f.exported() - before));
    _exit(flushed && write(from_child[1], &sum, 1) == 1 ? 0 : 1);
  }
  close(from_child[1]);  // so that a child that dies is the end of the pipe
  char sum = 0;
  REQUIRE(read(from_child[0], &sum, 1) == 1);
  int status = 0;
  waitpid(child, &status, 0);
  close(from_child[0]);
  CHECK(status == 0);
  CHECK(sum == '2');
  CHECK(f.sink->flush(10s));
  CHECK(f.exported() == 7);
}
