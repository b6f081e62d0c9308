#include <waybill/store/sqlite/sqlite_reader.hpp>

#include <waybill/store/sqlite/store_file.hpp>

namespace waybill::inline v0 {
namespace {

std::string_view view_of(const trace_id::bytes_type& bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

result<std::vector<trace_id>> read_traces(sqlite_statement& from) {
  std::vector<trace_id> traces;
  while (true) {
    const auto row = from.step();
    if (!row) return row.error();
    if (!*row) return traces;
    if (const auto trace = trace_id::from_bytes(from.blob(0))) traces.push_back(*trace);
  }
}

}  // namespace

struct sqlite_reader::connection {
  sqlite_database database;
  sqlite_statement chunks_of;
  sqlite_statement load;
  sqlite_statement walk_back;
  sqlite_statement traces_between;
  sqlite_statement traces_under;
};

// Gives the connection back, with its statements reset: an open one would hold the log's past.
class sqlite_reader::lease {
 public:
  lease(const sqlite_reader& from, std::unique_ptr<connection> taken) noexcept
      : from_(&from), taken_(std::move(taken)) {}
  lease(lease&& other) noexcept = default;
  lease& operator=(lease&&) = delete;
  ~lease() {
    if (!taken_) return;
    for (sqlite_statement* statement : {&taken_->chunks_of, &taken_->load, &taken_->walk_back,
                                        &taken_->traces_between, &taken_->traces_under}) {
      statement->reset();
    }
    const std::lock_guard lock{from_->mutex_};
    from_->idle_.push_back(std::move(taken_));
  }

  connection* operator->() const noexcept { return taken_.get(); }

 private:
  const sqlite_reader* from_;
  std::unique_ptr<connection> taken_;
};

sqlite_reader::sqlite_reader(std::string file) : file_(std::move(file)) {}
sqlite_reader::~sqlite_reader() = default;

result<std::unique_ptr<sqlite_reader>> sqlite_reader::open(const std::string& path) {
  std::unique_ptr<sqlite_reader> reader{new sqlite_reader{store_file::resolve(path)}};
  auto first = reader->connect();
  if (!first) return first.error();
  reader->idle_.push_back(std::move(*first));
  return reader;
}

result<std::unique_ptr<sqlite_reader::connection>> sqlite_reader::connect() const {
  auto database = store_file::open_for_reading(file_);
  if (!database) return database.error();
  auto made = std::make_unique<connection>();
  made->database = std::move(*database);
  const std::pair<sqlite_statement*, std::string_view> statements[] = {
      {&made->chunks_of, "SELECT chunk FROM trace_chunk WHERE trace = ?1 ORDER BY chunk"},
      {&made->load, "SELECT data FROM chunk WHERE id = ?1"},
      {&made->walk_back, "SELECT data FROM chunk WHERE latest >= ?1 AND earliest <= ?2 ORDER BY id DESC"},
      {&made->traces_between,
       "SELECT trace FROM trace_chunk WHERE trace BETWEEN ?1 AND ?2 GROUP BY trace ORDER BY max(chunk) DESC "
       "LIMIT ?3"},
      {&made->traces_under, "SELECT trace FROM tie WHERE key = ?1 LIMIT ?2"},
  };
  for (const auto& [into, sql] : statements) {
    auto statement = made->database.prepare(sql);
    if (!statement) return statement.error();
    *into = std::move(*statement);
  }
  return made;
}

result<sqlite_reader::lease> sqlite_reader::borrow() const {
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

std::string sqlite_reader::name_of(chunk_number chunk) const {
  return "chunk " + std::to_string(chunk) + " of " + file_;
}

result<std::vector<sqlite_reader::chunk_number>> sqlite_reader::chunks_of(const trace_id& trace) const {
  auto with = borrow();
  if (!with) return with.error();
  sqlite_statement& statement = (*with)->chunks_of;
  statement.bind_blob(1, trace.view());
  std::vector<chunk_number> chunks;
  while (true) {
    const auto row = statement.step();
    if (!row) return row.error();
    if (!*row) return chunks;
    chunks.push_back(statement.integer(0));
  }
}

result<std::string> sqlite_reader::load(chunk_number chunk) const {
  auto with = borrow();
  if (!with) return with.error();
  sqlite_statement& statement = (*with)->load;
  const auto row = statement.bind(1, chunk).step();
  if (!row) return row.error();
  if (!*row) return failure{failure_code::malformed, name_of(chunk) + " is in the index but not there."};
  return std::string{statement.blob(0)};
}

result<void> sqlite_reader::walk_back(const time_window& window,
                                      function_ref<bool(std::string_view chunk)> visit) const {
  auto with = borrow();
  if (!with) return with.error();
  sqlite_statement& statement = (*with)->walk_back;
  statement.bind(1, window.from).bind(2, window.to);
  while (true) {
    const auto row = statement.step();
    if (!row) return row.error();
    if (!*row || !visit(statement.blob(0))) return {};
  }
}

result<std::vector<trace_id>> sqlite_reader::traces_between(const trace_id::bytes_type& first,
                                                            const trace_id::bytes_type& last,
                                                            std::size_t limit) const {
  auto with = borrow();
  if (!with) return with.error();
  sqlite_statement& statement = (*with)->traces_between;
  statement.bind_blob(1, view_of(first))
      .bind_blob(2, view_of(last))
      .bind(3, static_cast<std::int64_t>(limit));
  return read_traces(statement);
}

result<std::vector<trace_id>> sqlite_reader::traces_under(std::uint64_t key, std::size_t limit) const {
  auto with = borrow();
  if (!with) return with.error();
  sqlite_statement& statement = (*with)->traces_under;
  statement.bind(1, static_cast<std::int64_t>(key)).bind(2, static_cast<std::int64_t>(limit));
  return read_traces(statement);
}

}  // namespace waybill::inline v0
