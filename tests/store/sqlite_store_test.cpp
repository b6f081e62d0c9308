#include <waybill/record/store_notes.hpp>
#include <waybill/store/sqlite/sqlite_store.hpp>

#include "../conformance/store_conformance.hpp"
#include "open_store.hpp"
#include "temporary_folder.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>

using namespace waybill;
using testing::commit;
using testing::one_span;
using testing::open_store;
using testing::read_all;
using testing::temporary_folder;
using testing::traces;

namespace {

// Runs in another process, as another user if root runs the tests: root may do anything.
bool in_another_process(const std::function<bool()>& check) {
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && seteuid(65534) != 0) _exit(2);
    _exit(check() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void execute(const std::string& file, const char* sql) {
  auto database = sqlite_database::open(file, sqlite_access::read_write);
  REQUIRE(database);
  REQUIRE(database->execute(sql));
}

}  // namespace

TEST_CASE("SQLite is a store, read through its own reader") {
  testing::check_store([] {
    struct opened {
      temporary_folder folder;
      std::unique_ptr<sqlite_store> store = open_store({.path = folder.path()});
    };
    const auto all = std::make_shared<opened>();
    return testing::store_under_test{{all, all->store.get()}, {all, &all->store->reader()}};
  });
}

TEST_CASE("SQLite is a store, read through a reader that knows only its path") {
  testing::check_store([] {
    struct opened {
      temporary_folder folder;
      std::unique_ptr<sqlite_store> store = open_store({.path = folder.path()});
      std::unique_ptr<sqlite_reader> reader = *sqlite_reader::open(folder.path());
    };
    const auto all = std::make_shared<opened>();
    return testing::store_under_test{{all, all->store.get()}, {all, all->reader.get()}};
  });
}

TEST_CASE("a store keeps what it has over its end") {
  const temporary_folder folder;
  {
    auto store = open_store({.path = folder / "deep/down/store"});
    std::atomic<int> answered = 0;
    for (int span = 1; span <= 50; ++span) {
      store->commit(one_span(1, span), [&](const result<void>& done) { answered += done ? 1 : 0; });
    }
    // Destroyed while commits wait: they are written and answered first.
    store.reset();
    CHECK(answered == 50);
  }
  const auto reader = sqlite_reader::open(folder / "deep/down/store");
  REQUIRE(reader);
  CHECK(read_all(**reader, traces({1})).size() == 50);
  CHECK(read_all(open_store({.path = folder / "deep/down/store"})->reader(), traces({1})).size() == 50);
}

TEST_CASE("what was acknowledged outlives the sudden end of the process") {
  const temporary_folder folder;
  int pipe_ends[2];
  REQUIRE(pipe(pipe_ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    auto store = sqlite_store::open({.path = folder.path()});
    if (!store) _exit(1);
    for (int span = 1; span <= 255; ++span) {
      (*store)->commit(one_span(1, span), [&, span](const result<void>& done) {
        const char told = static_cast<char>(span);
        if (done) (void)!write(pipe_ends[1], &told, 1);
      });
    }
    pause();
  }
  close(pipe_ends[1]);
  std::vector<int> acknowledged;
  char told = 0;
  while (acknowledged.size() < 100 && read(pipe_ends[0], &told, 1) == 1) {
    acknowledged.push_back(static_cast<unsigned char>(told));
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  while (read(pipe_ends[0], &told, 1) == 1) acknowledged.push_back(static_cast<unsigned char>(told));
  close(pipe_ends[0]);
  REQUIRE(acknowledged.size() >= 100);

  const auto found = open_store({.path = folder.path()})->reader().read(traces({1}));
  REQUIRE(found);
  std::vector<int> spans;
  found->for_each_span([&](const span_record& span) { spans.push_back(span.span.bytes()[0]); });
  for (const int span : acknowledged) {
    CAPTURE(span);
    CHECK(std::count(spans.begin(), spans.end(), span) == 1);
  }
}

TEST_CASE("commits that come together share a chunk, a lone one is written at once") {
  const temporary_folder folder;
  const auto store = open_store({.path = folder.path()});
  REQUIRE(commit(*store, one_span(1, 1)));
  std::atomic<int> answered = 0;
  std::promise<void> first_answered;
  std::promise<void> go_on;
  store->commit(one_span(1, 2), [&, wait = go_on.get_future().share()](const result<void>&) {
    first_answered.set_value();
    wait.wait();  // a test may: the writer stands still while more comes in
  });
  first_answered.get_future().wait();
  std::promise<void> last;
  for (int span = 3; span <= 22; ++span) {
    store->commit(one_span(1, span), [&](const result<void>&) {
      if (++answered == 20) last.set_value();
    });
  }
  go_on.set_value();
  last.get_future().wait();
  auto database = sqlite_database::open(folder / "000001.waybill", sqlite_access::read_only);
  REQUIRE(database);
  auto count = database->prepare("SELECT count(*), sum(records) FROM chunk");
  REQUIRE(*count->step());
  CHECK(count->integer(0) == 3);
  CHECK(count->integer(1) == 22);
}

TEST_CASE("over the limit of what may wait, a commit is refused at once and nothing else is harmed") {
  const temporary_folder folder;
  auto opened = sqlite_store::open({.path = folder.path(), .waiting_limit = 64 * 1024});
  REQUIRE(opened);
  const auto store = std::move(*opened);
  std::promise<void> standing;
  std::promise<void> go_on;
  store->commit(one_span(1, 1), [&, wait = go_on.get_future().share()](const result<void>&) {
    standing.set_value();
    wait.wait();
  });
  standing.get_future().wait();
  int accepted = 0;
  std::atomic<int> kept = 0;
  result<void> refusal;
  for (int span = 2; span < 255 && refusal; ++span) {
    record_arena arena;
    arena.adopt(std::string(4096, 'x'));
    testing::add_plain_span(arena, testing::sample_trace(1), testing::sample_span(span), "a");
    const auto here = std::this_thread::get_id();
    store->commit(arena.finish(), [&, here](const result<void>& done) {
      if (std::this_thread::get_id() == here) {
        refusal = done;
      } else if (done) {
        ++kept;
      }
    });
    accepted += refusal ? 1 : 0;
  }
  REQUIRE_FALSE(refusal);
  CHECK(refusal.error().code == failure_code::busy);
  CHECK(accepted > 5);
  CHECK(accepted < 20);
  go_on.set_value();
  while (kept != accepted) std::this_thread::yield();
  CHECK(commit(*store, one_span(2, 1)));
  CHECK(read_all(store->reader(), traces({1})).size() == static_cast<std::size_t>(accepted) + 1);
}

TEST_CASE("a store in use by another process says whose it is, and can be read meanwhile") {
  const temporary_folder folder;
  const auto store = open_store({.path = folder.path()});
  REQUIRE(commit(*store, one_span(1, 1)));
  const auto second = sqlite_store::open({.path = folder.path()});
  REQUIRE_FALSE(second);
  CHECK(second.error().code == failure_code::busy);
  CHECK(second.error().message.find("process " + std::to_string(getpid())) != std::string::npos);
  CHECK(in_another_process([&] {
          const auto reader = sqlite_reader::open(folder.path());
          return reader.has_value() && (*reader)->read(traces({1}))->span_count() == 1;
        }) == (geteuid() != 0));
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0755});
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::permissions(folder / "000001.waybill" + suffix, std::filesystem::perms{0644});
  }
  CHECK(in_another_process([&] {
    const auto reader = sqlite_reader::open(folder.path());
    return reader.has_value() && (*reader)->read(traces({1}))->span_count() == 1;
  }));
}

TEST_CASE("a store that is not in use can be read without permission to write") {
  const temporary_folder folder;
  {
    const auto store = open_store({.path = folder.path()});
    REQUIRE(commit(*store, one_span(1, 1)));
  }
  std::filesystem::permissions(folder / "000001.waybill", std::filesystem::perms{0444});
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0555});
  CHECK(in_another_process([&] {
    const auto reader = sqlite_reader::open(folder.path());
    return reader.has_value() && (*reader)->read(traces({1}))->span_count() == 1;
  }));
  CHECK(in_another_process([&] {
    const auto store = sqlite_store::open({.path = folder.path()});
    return !store.has_value() && store.error().message.find("can't be written") != std::string::npos;
  }));
  std::filesystem::permissions(folder.path(), std::filesystem::perms{0755});
}

TEST_CASE("what is not a store of ours is refused with a sentence, and left alone") {
  const temporary_folder folder;
  std::ofstream{folder / "text.db"}
      << "This is no database, only a text that is long enough to be looked at. " << std::string(2000, 'x');
  std::ofstream{folder / "other.db"}.close();
  execute(folder / "other.db", "CREATE TABLE t(x)");
  { open_store({.path = folder / "newer"}); }
  execute(folder / "newer/000001.waybill", "PRAGMA user_version = 3");
  struct row {
    const char* path;
    const char* reader_says;
    const char* writer_says;
  };
  for (const auto& [path, reader_says, writer_says] :
       {row{"text.db", "is no part of a waybill store", "is a file, and a store is a folder"},
        row{"other.db", "none of waybill's", "is a file, and a store is a folder"},
        row{"newer", "newer version", "newer version"}}) {
    CAPTURE(path);
    const auto store = sqlite_store::open({.path = folder / path});
    REQUIRE_FALSE(store);
    CHECK(store.error().message.find(writer_says) != std::string::npos);
    const auto reader = sqlite_reader::open(folder / path);
    REQUIRE_FALSE(reader);
    CHECK(reader.error().message.find(reader_says) != std::string::npos);
  }
  const auto missing = sqlite_reader::open(folder / "missing");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == failure_code::not_found);
  CHECK(missing.error().message.find("There is no store at " + folder / "missing") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "missing"));
  CHECK_FALSE(sqlite_store::open({.path = folder / "text.db/below"}));
}

TEST_CASE("a damaged chunk is named, and the rest stays readable") {
  const temporary_folder folder;
  const auto store = open_store({.path = folder.path()});
  REQUIRE(commit(*store, one_span(1, 1)));
  REQUIRE(commit(*store, one_span(2, 1)));
  REQUIRE(commit(*store, one_span(1, 2)));
  execute(folder / "000001.waybill", "UPDATE chunk SET data = substr(data, 1, 60) WHERE id = 1");
  const auto broken = store->reader().read(traces({1}));
  REQUIRE(broken);
  CHECK(broken->span_count() == 1);
  std::string note;
  broken->for_each_log([&](const log_record& log) {
    if (log.event_name == store_notes::unreadable) note = log.body.as_text();
  });
  CHECK(note.find("chunk 1 of " + folder / "000001.waybill") != std::string::npos);
  CHECK(read_all(store->reader(), traces({2})).size() == 1);
  execute(folder / "000001.waybill", "UPDATE chunk SET data = x'' WHERE id = 1");
  CHECK(*store->reader().newest({}) == traces({1, 2}));
}

TEST_CASE("a disk that is full fails the commit, and the next one succeeds when there is room") {
  const temporary_folder folder;
  const auto store = open_store({.path = folder.path()});
  REQUIRE(commit(*store, one_span(1, 1)));
  // The nearest to a full disk that a test can make: a process that may write no larger files.
  const auto big = [] {
    record_arena arena;
    std::string noise;
    std::uint32_t state = 1;
    while (noise.size() < 4'000'000)
      noise += static_cast<char>('a' + ((state = state * 1664525 + 1013904223) >> 28));
    testing::add_plain_span(arena, testing::sample_trace(2), testing::sample_span(1), noise);
    return arena.finish();
  };
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{1'000'000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto failed = commit(*store, big());
  setrlimit(RLIMIT_FSIZE, &before);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == failure_code::io);
  CHECK(failed.error().message.find(folder / "000001.waybill") != std::string::npos);
  CHECK(read_all(store->reader(), traces({2})).empty());
  CHECK(commit(*store, big()));
  CHECK(read_all(store->reader(), traces({1, 2})).size() == 2);
}
