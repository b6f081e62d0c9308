#include <waybill/store/sqlite/slice_index.hpp>

#include <algorithm>
#include <limits>

namespace waybill::inline v0 {
namespace {

constexpr std::int64_t fresh_limit = 64;    // chunks that a reader has to go through one by one
constexpr std::size_t runs_of_a_level = 8;  // then they become one of the next level
constexpr std::size_t leaf_entries = 80;    // four leaves a page

}  // namespace

result<slice_index> slice_index::prepare(sqlite_database& database) {
  slice_index index;
  index.database_ = &database;
  const std::pair<sqlite_statement*, std::string_view> statements[] = {
      {&index.count_fresh_, "SELECT count(*) FROM fresh"},
      {&index.add_fresh_, "INSERT INTO fresh(chunk, traces, ties, tasks) VALUES(?1, ?2, ?3, ?4)"},
      {&index.read_fresh_, "SELECT chunk, traces, ties, tasks FROM fresh ORDER BY chunk"},
      {&index.clear_fresh_, "DELETE FROM fresh"},
      {&index.runs_of_, "SELECT id, level FROM key_run WHERE kind = ?1 ORDER BY level, id"},
      {&index.add_run_, "INSERT INTO key_run(kind, level) VALUES(?1, ?2)"},
      {&index.remove_run_, "DELETE FROM key_run WHERE id = ?1"},
      {&index.read_leaves_, "SELECT data FROM key_leaf WHERE run = ?1 ORDER BY first, leaf"},
      {&index.add_leaf_, "INSERT INTO key_leaf(run, first, leaf, data) VALUES(?1, ?2, ?3, ?4)"},
      {&index.remove_leaves_, "DELETE FROM key_leaf WHERE run = ?1"},
      {&index.add_tasks_, "INSERT INTO task_run(earliest, latest, data) VALUES(?1, ?2, ?3)"},
  };
  for (const auto& [into, sql] : statements) {
    auto statement = database.prepare(sql);
    if (!statement) return statement.error();
    *into = std::move(*statement);
  }
  if (auto counted = index.recount(); !counted) return counted.error();
  return index;
}

result<void> slice_index::recount() {
  const auto row = count_fresh_.step();
  if (!row) return row.error();
  fresh_ = count_fresh_.integer(0);
  count_fresh_.reset();
  return {};
}

result<void> slice_index::add(const built_chunk& chunk, std::int64_t number) {
  std::vector<std::uint64_t> traces;
  traces.reserve(chunk.traces.size());
  for (const auto& trace : chunk.traces) traces.push_back(key_of(trace));
  std::vector<task_row> tasks = chunk.tasks;
  for (auto& task : tasks) task.chunk = static_cast<std::uint32_t>(number);
  const std::string packed_traces = pack_keys(traces);
  const std::string packed_ties = pack_keys(chunk.ties);
  const std::string packed_tasks = pack_tasks(tasks);
  add_fresh_.bind(1, number).bind_blob(2, packed_traces).bind_blob(3, packed_ties).bind_blob(4, packed_tasks);
  if (auto added = add_fresh_.run(); !added) return added;
  if (++fresh_ < fresh_limit) return {};
  return fold();
}

result<void> slice_index::fold() {
  std::vector<key_place> traces;
  std::vector<key_place> ties;
  std::vector<task_row> tasks;
  std::vector<std::string> packed_tasks;  // the rows' queues are views into it
  packed_tasks.reserve(static_cast<std::size_t>(fresh_));
  while (true) {
    const auto row = read_fresh_.step();
    if (!row) return row.error();
    if (!*row) break;
    const auto chunk = static_cast<std::uint32_t>(read_fresh_.integer(0));
    for_each_key_in(read_fresh_.blob(1), [&](std::uint64_t key) { traces.push_back({key, chunk}); });
    for_each_key_in(read_fresh_.blob(2), [&](std::uint64_t key) { ties.push_back({key, chunk}); });
    packed_tasks.emplace_back(read_fresh_.blob(3));
    try {
      task_walk walk{packed_tasks.back()};
      task_row task;
      std::uint32_t queue = 0;
      while (walk.next(task, queue)) tasks.push_back(task);
    } catch (const damaged_chunk&) {  // statistics are poorer, and nothing else
    }
  }
  if (auto done = write_run(key_kind::trace, 0, traces); !done) return done;
  if (auto done = write_run(key_kind::tie, 0, ties); !done) return done;
  if (auto done = write_tasks(tasks); !done) return done;
  if (auto done = clear_fresh_.run(); !done) return done;
  fresh_ = 0;
  for (const key_kind kind : {key_kind::trace, key_kind::tie}) {
    if (auto done = merge_where_many(kind); !done) return done;
  }
  return {};
}

result<void> slice_index::write_run(key_kind kind, std::int64_t level, std::vector<key_place>& places) {
  if (places.empty()) return {};
  if (level == 0) std::sort(places.begin(), places.end());
  if (auto added = add_run_.bind(1, static_cast<std::int64_t>(kind)).bind(2, level).run(); !added)
    return added;
  const std::int64_t run = database_->last_row_id();
  for (std::size_t at = 0; at < places.size(); at += leaf_entries) {
    const std::span leaf{places.data() + at, std::min(leaf_entries, places.size() - at)};
    const std::string packed = pack_places(leaf);
    add_leaf_.bind(1, run).bind(2, as_signed(leaf.front().key));
    add_leaf_.bind(3, static_cast<std::int64_t>(at / leaf_entries)).bind_blob(4, packed);
    if (auto added = add_leaf_.run(); !added) return added;
  }
  return {};
}

result<void> slice_index::write_tasks(const std::vector<task_row>& tasks) {
  if (tasks.empty()) return {};
  unix_nanos earliest = std::numeric_limits<unix_nanos>::max();
  unix_nanos latest = std::numeric_limits<unix_nanos>::min();
  for (const auto& task : tasks) {
    const unix_nanos ended = chunk_format::after(task.started, task.work);
    earliest = std::min({earliest, task.started, ended});
    latest = std::max({latest, task.started, ended});
  }
  const std::string packed = pack_tasks(tasks);
  return add_tasks_.bind(1, earliest).bind(2, latest).bind_blob(3, packed).run();
}

result<void> slice_index::merge_where_many(key_kind kind) {
  for (std::int64_t level = 0;; ++level) {
    std::vector<std::int64_t> runs;
    bool higher = false;
    runs_of_.bind(1, static_cast<std::int64_t>(kind));
    while (true) {
      const auto row = runs_of_.step();
      if (!row) return row.error();
      if (!*row) break;
      if (runs_of_.integer(1) == level) runs.push_back(runs_of_.integer(0));
      higher = higher || runs_of_.integer(1) > level;
    }
    if (runs.size() >= runs_of_a_level) {
      if (auto merged = merge(runs, kind, level + 1); !merged) return merged;
    } else if (!higher) {
      return {};
    }
  }
}

result<void> slice_index::merge(const std::vector<std::int64_t>& runs, key_kind kind, std::int64_t level) {
  std::vector<key_place> places;
  for (const std::int64_t run : runs) {
    const auto middle = static_cast<std::ptrdiff_t>(places.size());
    read_leaves_.bind(1, run);
    while (true) {
      const auto row = read_leaves_.step();
      if (!row) return row.error();
      if (!*row) break;
      for_each_place(read_leaves_.blob(0), [&](const key_place& one) { places.push_back(one); });
    }
    std::inplace_merge(places.begin(), places.begin() + middle, places.end());
    if (auto removed = remove_leaves_.bind(1, run).run(); !removed) return removed;
    if (auto removed = remove_run_.bind(1, run).run(); !removed) return removed;
  }
  return write_run(kind, level, places);
}

result<void> slice_index::finish() {
  if (fresh_ != 0) {
    if (auto folded = fold(); !folded) return folded;
  }
  for (const key_kind kind : {key_kind::trace, key_kind::tie}) {
    std::vector<std::int64_t> runs;
    std::int64_t level = 0;
    runs_of_.bind(1, static_cast<std::int64_t>(kind));
    while (true) {
      const auto row = runs_of_.step();
      if (!row) return row.error();
      if (!*row) break;
      runs.push_back(runs_of_.integer(0));
      level = std::max(level, runs_of_.integer(1));
    }
    if (runs.size() < 2) continue;
    if (auto merged = merge(runs, kind, level + 1); !merged) return merged;
  }
  return {};
}

}  // namespace waybill::inline v0
