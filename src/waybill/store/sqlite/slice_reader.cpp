#include <waybill/store/sqlite/slice_reader.hpp>

#include <waybill/store/chunk_dictionary.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

constexpr std::size_t idle_connections = 2;    // some 100 KiB each
constexpr std::size_t known_dictionaries = 4;  // 32 KiB each

}  // namespace

struct slice_reader::connection {
  sqlite_database database;
  sqlite_statement fresh_traces, fresh_ties, runs, leaves, load, dictionary, walk_back, fresh_tasks, tasks;
};

// Gives the connection back, with its statements reset: an open one would hold the log's past.
class slice_reader::lease {
 public:
  lease(const slice_reader& from, std::unique_ptr<connection> taken) noexcept
      : from_(&from), taken_(std::move(taken)) {}
  lease(lease&& other) noexcept = default;
  lease& operator=(lease&&) = delete;
  ~lease() {
    if (!taken_) return;
    for (sqlite_statement* statement :
         {&taken_->fresh_traces, &taken_->fresh_ties, &taken_->runs, &taken_->leaves, &taken_->load,
          &taken_->dictionary, &taken_->walk_back, &taken_->fresh_tasks, &taken_->tasks}) {
      statement->reset();
    }
    const std::lock_guard lock{from_->mutex_};
    if (from_->idle_.size() < idle_connections) from_->idle_.push_back(std::move(taken_));
  }

  connection* operator->() const noexcept { return taken_.get(); }
  connection& operator*() const noexcept { return *taken_; }

 private:
  const slice_reader* from_;
  std::unique_ptr<connection> taken_;
};

slice_reader::slice_reader(std::string file) : file_(std::move(file)) {}
slice_reader::~slice_reader() = default;

result<std::unique_ptr<slice_reader>> slice_reader::open(const std::string& file) {
  std::unique_ptr<slice_reader> reader{new slice_reader{file}};
  auto first = reader->connect();
  if (!first) return first.error();
  reader->idle_.push_back(std::move(*first));
  return reader;
}

result<std::unique_ptr<slice_reader::connection>> slice_reader::connect() const {
  auto database = slice_file::open_for_reading(file_);
  if (!database) return database.error();
  auto made = std::make_unique<connection>();
  made->database = std::move(*database);
  if (auto set = made->database.execute("PRAGMA cache_size = -256"); !set) return set.error();
  const std::pair<sqlite_statement*, std::string_view> statements[] = {
      {&made->fresh_traces, "SELECT chunk, traces FROM fresh"},
      {&made->fresh_ties, "SELECT chunk, ties FROM fresh"},
      {&made->runs, "SELECT id FROM key_run WHERE kind = ?1"},
      {&made->leaves,
       "SELECT data FROM key_leaf WHERE run = ?1 AND first <= ?2 ORDER BY first DESC, leaf DESC"},
      {&made->load, "SELECT data, dictionary FROM chunk WHERE id = ?1"},
      {&made->dictionary, "SELECT data FROM dictionary WHERE id = ?1"},
      {&made->walk_back, "SELECT data FROM chunk WHERE stored >= ?1 ORDER BY id DESC"},
      {&made->fresh_tasks, "SELECT tasks FROM fresh ORDER BY chunk DESC"},
      {&made->tasks, "SELECT data FROM task_run WHERE latest >= ?1 AND earliest <= ?2 ORDER BY id DESC"},
  };
  for (const auto& [into, sql] : statements) {
    auto statement = made->database.prepare(sql);
    if (!statement) return statement.error();
    *into = std::move(*statement);
  }
  return made;
}

result<slice_reader::lease> slice_reader::borrow() const {
  {
    const std::lock_guard lock{mutex_};
    if (!idle_.empty()) {
      auto taken = std::move(idle_.back());
      idle_.pop_back();
      return lease{*this, std::move(taken)};
    }
  }
  auto made = connect();
  if (!made) return made.error();
  return lease{*this, std::move(*made)};
}

result<std::vector<key_place>> slice_reader::places_between(key_kind kind, const key_range& keys) const {
  auto with = borrow();
  if (!with) return with.error();
  // What is fresh moves into runs, and runs into others: all of it has to be seen at one moment.
  const auto moment = sqlite_snapshot::begin((*with)->database);
  if (!moment) return moment.error();
  std::vector<key_place> found;
  sqlite_statement& fresh = kind == key_kind::trace ? (*with)->fresh_traces : (*with)->fresh_ties;
  while (true) {
    const auto row = fresh.step();
    if (!row) return row.error();
    if (!*row) break;
    const auto chunk = static_cast<std::uint32_t>(fresh.integer(0));
    for_each_key_in(fresh.blob(1), [&](std::uint64_t key) {
      if (key >= keys.first && key <= keys.last) found.push_back({key, chunk});
    });
  }
  sqlite_statement& runs = (*with)->runs;
  sqlite_statement& leaves = (*with)->leaves;
  runs.bind(1, static_cast<std::int64_t>(kind));
  while (true) {
    const auto run = runs.step();
    if (!run) return run.error();
    if (!*run) break;
    leaves.bind(1, runs.integer(0)).bind(2, as_signed(keys.last));
    for (bool earlier_may_have_some = true; earlier_may_have_some;) {
      const auto leaf = leaves.step();
      if (!leaf) return leaf.error();
      if (!*leaf) break;
      for_each_place(leaves.blob(0), [&](const key_place& one) {
        if (one.key < keys.first) earlier_may_have_some = false;
        if (one.key >= keys.first && one.key <= keys.last) found.push_back(one);
      });
    }
    leaves.reset();
  }
  return found;
}

result<std::shared_ptr<const std::string>> slice_reader::dictionary(connection& with,
                                                                    std::int64_t number) const {
  {
    const std::lock_guard lock{mutex_};
    const auto known = std::find_if(dictionaries_.begin(), dictionaries_.end(),
                                    [&](const auto& one) { return one.first == number; });
    if (known != dictionaries_.end()) {
      std::rotate(dictionaries_.begin(), known, known + 1);
      return dictionaries_.front().second;
    }
  }
  const auto row = with.dictionary.bind(1, number).step();
  if (!row) return row.error();
  if (!*row) return failure{failure_code::malformed, "what it was packed against is missing"};
  auto bytes = unpack_dictionary(with.dictionary.blob(0));
  if (!bytes) return bytes.error();
  auto kept = std::make_shared<const std::string>(std::move(*bytes));
  const std::lock_guard lock{mutex_};
  if (dictionaries_.size() >= known_dictionaries) dictionaries_.pop_back();
  dictionaries_.insert(dictionaries_.begin(), {number, kept});
  return kept;
}

result<kept_chunk> slice_reader::load(std::int64_t chunk) const {
  auto with = borrow();
  if (!with) return with.error();
  sqlite_statement& statement = (*with)->load;
  const auto row = statement.bind(1, chunk).step();
  if (!row) return row.error();
  if (!*row) return failure{failure_code::malformed, "it is in the index but not there"};
  kept_chunk loaded{std::string{statement.blob(0)}, nullptr};
  if (statement.is_null(1)) return loaded;
  auto packed_against = dictionary(**with, statement.integer(1));
  if (!packed_against) return packed_against.error();
  loaded.dictionary = std::move(*packed_against);
  return loaded;
}

result<bool> slice_reader::walk_back(unix_nanos stored_since,
                                     function_ref<bool(std::string_view chunk)> visit) const {
  auto with = borrow();
  if (!with) return with.error();
  sqlite_statement& statement = (*with)->walk_back;
  statement.bind(1, stored_since);
  while (true) {
    const auto row = statement.step();
    if (!row) return row.error();
    if (!*row) return false;
    if (!visit(statement.blob(0))) return true;
  }
}

result<bool> slice_reader::walk_tasks(unix_nanos from, unix_nanos to,
                                      function_ref<bool(std::string_view tasks)> visit) const {
  auto with = borrow();
  if (!with) return with.error();
  const auto moment = sqlite_snapshot::begin((*with)->database);
  if (!moment) return moment.error();
  (*with)->tasks.bind(1, from).bind(2, to);
  for (sqlite_statement* statement : {&(*with)->fresh_tasks, &(*with)->tasks}) {
    while (true) {
      const auto row = statement->step();
      if (!row) return row.error();
      if (!*row) break;
      if (!visit(statement->blob(0))) return true;
    }
  }
  return false;
}

}  // namespace waybill::inline v0
