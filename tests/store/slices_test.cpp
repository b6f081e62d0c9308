#include <waybill/store/sqlite/sqlite_store.hpp>
#include <waybill/store/sqlite/store_folder.hpp>

#include "../conformance/store_conformance.hpp"
#include "open_store.hpp"
#include "temporary_folder.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>

using namespace waybill;
using testing::commit;
using testing::one_span;
using testing::open_store;
using testing::read_all;
using testing::temporary_folder;
using testing::traces;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t day = 24 * 3600 * second;

// A clock that the test sets, ticking with the steady one.
std::atomic<std::int64_t> wall_time;
std::atomic<std::int64_t> steady_time;

class set_clock {
 public:
  set_clock() {
    wall_time = 1'764'000'000 * second;
    steady_time = 1'000 * second;
    static const clock_source source{[]() noexcept -> unix_nanos { return wall_time; },
                                     []() noexcept -> steady_nanos { return steady_time; }};
    replace_clock(&source);
  }
  ~set_clock() { replace_clock(nullptr); }
  void pass(std::int64_t nanos) {
    wall_time += nanos;
    steady_time += nanos;
  }
  void step(std::int64_t nanos) { wall_time += nanos; }
};

// The writer looks after its slices once it has answered: asked until it has.
bool becomes_true(const std::function<bool()>& wanted) {
  for (int i = 0; i < 2000; ++i) {
    if (wanted()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return false;
}

std::size_t slice_count(const temporary_folder& folder) {
  return store_folder::slices(folder.path()).size();
}

// One a day: each lies in a slice of its own.
void commit_a_day_later(sqlite_store& store, set_clock& clock, int trace) {
  clock.pass(day);
  REQUIRE(commit(store, one_span(trace, 1)));
}

span_batch noise(int trace, std::size_t bytes) {
  record_arena arena;
  std::string text;
  std::uint32_t state = static_cast<std::uint32_t>(trace);
  while (text.size() < bytes) text += static_cast<char>((state = state * 1664525 + 1013904223) >> 25);
  testing::add_plain_span(arena, testing::sample_trace(trace), testing::sample_span(1),
                          arena.copy(std::string_view{text}));
  return arena.finish();
}

}  // namespace

TEST_CASE("a store goes on in a new slice each day, and is read across all of them") {
  set_clock clock;
  const temporary_folder folder;
  {
    auto store = open_store({.path = folder.path(), .limits = {.keep = 0}});
    REQUIRE(commit(*store, one_span(1, 1)));
    for (const int span : {2, 3}) {
      clock.pass(day);
      REQUIRE(commit(*store, one_span(1, span)));
      CHECK(slice_count(folder) == static_cast<std::size_t>(span));
    }
    REQUIRE(commit(*store, one_span(2, 1)));
    CHECK(read_all(store->reader(), traces({1})).size() == 3);
    CHECK(*store->reader().newest({}) == traces({2, 1}));
    CHECK(store->reader().state().slices == 3);
  }
  const auto reader = *sqlite_reader::open(folder.path());
  CHECK(read_all(*reader, traces({1})).size() == 3);
  CHECK(*reader->find("01", 10) == traces({1}));
}

TEST_CASE("a slice that is full by size is followed by the next one") {
  const temporary_folder folder;
  auto store = open_store({.path = folder.path(), .limits = {.max_disk = 0}});
  auto small = open_store({.path = folder / "small", .limits = {.max_disk = 16 << 20}});
  for (int trace = 1; trace <= 3; ++trace) {
    REQUIRE(commit(*small, noise(trace, 1'200'000)));
    REQUIRE(commit(*store, noise(trace, 1'200'000)));
    CHECK(store_folder::slices(folder / "small").size() == static_cast<std::size_t>(trace));
  }
  CHECK(slice_count(folder) == 1);
  CHECK(read_all(small->reader(), traces({1, 2, 3})).size() == 3);
}

TEST_CASE("what is older than the store keeps is removed slice by slice, and called expired from then on") {
  set_clock clock;
  const temporary_folder folder;
  auto store = open_store({.path = folder.path(), .limits = {.keep = 5 * day, .keep_text = "--keep 5d"}});
  for (int trace = 1; trace <= 8; ++trace) commit_a_day_later(*store, clock, trace);
  clock.pass(day);
  REQUIRE(commit(*store, one_span(9, 1)));
  CHECK(becomes_true([&] { return store->reader().read(traces({1, 2}))->span_count() == 0; }));
  CHECK(read_all(store->reader(), traces({5, 6, 7, 8, 9})).size() == 5);
  const auto told = store->reader().expired(testing::sample_trace(1));
  REQUIRE(told);
  CHECK(told->find("expired by retention (--keep 5d)") != std::string::npos);
  CHECK_FALSE(store->reader().expired(testing::sample_trace(9)));
  CHECK_FALSE(store->reader().expired(testing::sample_trace(77)));
}

TEST_CASE("a store that takes too much disk gives up its oldest slices") {
  const temporary_folder folder;
  auto store = open_store({.path = folder.path(), .limits = {.keep = 0, .max_disk = 8 << 20}});
  for (int trace = 1; trace <= 20; ++trace) {
    REQUIRE(commit(*store, noise(trace, 1'200'000)));
  }
  CHECK(becomes_true([&] { return store->reader().state().bytes <= (std::uint64_t{8} << 20); }));
  CHECK(store->reader().read(traces({1}))->span_count() == 0);
  CHECK(read_all(store->reader(), traces({20})).size() == 1);
  CHECK(store->reader().expired(testing::sample_trace(1)));
}

TEST_CASE("a clock that is set forward costs nothing that it does not cost for an hour") {
  set_clock clock;
  const temporary_folder folder;
  auto store = open_store({.path = folder.path(), .limits = {.keep = 5 * day}});
  commit_a_day_later(*store, clock, 1);
  commit_a_day_later(*store, clock, 2);
  clock.step(365 * day);
  REQUIRE(commit(*store, one_span(3, 1)));
  clock.pass(10 * second);
  REQUIRE(commit(*store, one_span(4, 1)));
  clock.step(-365 * day);
  clock.pass(10 * second);
  REQUIRE(commit(*store, one_span(5, 1)));
  store.reset();
  CHECK(read_all(**sqlite_reader::open(folder.path()), traces({1, 2, 3, 4, 5})).size() == 5);
}

TEST_CASE(
    "a slice that is no database any more is named, the others are read, and new records go into the next "
    "one") {
  const temporary_folder folder;
  set_clock clock;
  {
    auto store = open_store({.path = folder.path(), .limits = {.keep = 0}});
    commit_a_day_later(*store, clock, 1);
    commit_a_day_later(*store, clock, 2);
    REQUIRE(commit(*store, one_span(3, 1)));
  }
  const auto slices = store_folder::slices(folder.path());
  REQUIRE(slices.size() >= 2);
  for (const auto& broken : {slices.front(), slices.back()}) {
    std::ofstream{broken.path, std::ios::binary} << std::string(20'000, 'x');
  }
  std::vector<std::string> warnings;
  auto store = open_store(
      {.path = folder.path(), .warn = [&](const std::string& sentence) { warnings.push_back(sentence); }});
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find(slices.back().path) != std::string::npos);
  REQUIRE(commit(*store, one_span(4, 1)));
  CHECK(read_all(store->reader(), traces({2, 4})).size() >= 1);
  const auto problems = store->reader().state().problems;
  REQUIRE(problems.size() == 2);
  CHECK(problems[1].find(slices.front().path) != std::string::npos);
  CHECK(std::filesystem::file_size(slices.back().path) == 20'000);
}

TEST_CASE(
    "a slice found damaged while it is written is left, and what was to go into it goes into the next one") {
  const temporary_folder folder;
  std::vector<std::string> warnings;
  auto store = open_store(
      {.path = folder.path(), .warn = [&](const std::string& sentence) { warnings.push_back(sentence); }});
  REQUIRE(commit(*store, one_span(1, 1)));
  const std::string slice = store_folder::slice_path(folder.path(), 1);
  {
    auto damager = sqlite_database::open(slice, sqlite_access::read_write);
    REQUIRE(damager);
    REQUIRE(damager->execute("INSERT INTO fresh(chunk, traces, ties, tasks) VALUES(2, x'', x'', x'')"));
  }
  REQUIRE(commit(*store, one_span(2, 1)));
  CHECK(slice_count(folder) == 2);
  CHECK(read_all(store->reader(), traces({1, 2})).size() == 2);
  store.reset();
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].starts_with(slice));
}

TEST_CASE("a store of format 1 is taken over when a server starts on it, and told of before") {
  const temporary_folder folder;
  std::filesystem::copy_file(WAYBILL_TEST_DATA "/store/format-1.db", folder / "waybill.db");
  const auto early = sqlite_reader::open(folder.path());
  REQUIRE_FALSE(early);
  CHECK(early.error().message.find("older version") != std::string::npos);
  { open_store({.path = folder.path()}); }
  CHECK_FALSE(std::filesystem::exists(folder / "waybill.db"));
  const auto reader = *sqlite_reader::open(folder.path());
  const auto all = *reader->newest({.limit = 100});
  CHECK(all.size() == 9);
  CHECK(all.front().to_hex().starts_with("2f96494c"));
  const auto records = *reader->read(all);
  CHECK(records.span_count() == 14);
  CHECK(records.log_count() == 1);
}
