#include <waybill/store/sqlite/slice_file.hpp>

#include <filesystem>
#include <system_error>

namespace waybill::inline v0::slice_file {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t application_id =
    0x7762696c;  // "wbil": what `file` and SQLite's own header tell apart by

constexpr std::uintmax_t whole_is_checked_to = 64 << 20;  // bytes: some 0.1 s

struct file_state {
  std::int64_t application = 0;
  std::int64_t format = 0;
  std::int64_t tables = 0;

  bool is_blank() const noexcept { return application == 0 && format == 0 && tables == 0; }
};

result<std::int64_t> read_number(sqlite_database& database, std::string_view sql) {
  auto statement = database.prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  return *row ? statement->integer(0) : 0;
}

result<file_state> read_state(sqlite_database& database) {
  file_state state;
  const std::pair<std::int64_t*, std::string_view> numbers[] = {
      {&state.tables, "SELECT count(*) FROM sqlite_schema"},
      {&state.application, "PRAGMA application_id"},
      {&state.format, "PRAGMA user_version"},
  };
  for (const auto& [into, sql] : numbers) {
    const auto number = read_number(database, sql);
    if (!number) return number.error();
    *into = *number;
  }
  return state;
}

failure explain(const failure& why, const std::string& file) {
  switch (why.code) {
    case failure_code::malformed:
      return {failure_code::invalid_argument,
              file + " is no part of a waybill store: it is no SQLite database, or a damaged one."};
    case failure_code::refused:
      return {failure_code::refused, file + " can't be written: " + why.message +
                                         ". Check its permissions and those of its folder."};
    case failure_code::not_found:
      return {failure_code::io,
              file + " can't be opened: " + why.message + ". Check that its folder exists and may be used."};
    default:
      return {why.code, file + " can't be used: " + why.message + "."};
  }
}

result<void> check(const file_state& state, const std::string& file) {
  if (state.application != application_id) {
    return failure{failure_code::invalid_argument, file + " is an SQLite database, but none of waybill's."};
  }
  if (state.format > format) {
    return failure{failure_code::refused, file + " was written by a newer version of waybill (format " +
                                              std::to_string(state.format) + ", this one knows " +
                                              std::to_string(format) + "). Use that version."};
  }
  if (state.format < format) {
    return failure{failure_code::refused,
                   file + " was written by an older version of waybill (format " +
                       std::to_string(state.format) +
                       "). Start waybill serve on its folder once: it takes over what is in there."};
  }
  return {};
}

// Whether what is in there hangs together. Without it a record may be acknowledged, and be put where no reader
// comes by. A large file is not read through for that: serve would start late.
result<void> check_whole(sqlite_database& database, const std::string& file) {
  std::error_code none;
  if (const auto size = fs::file_size(file, none); none || size > whole_is_checked_to) return {};
  auto check = database.prepare("PRAGMA quick_check(1)");
  if (!check) return check.error();
  const auto row = check->step();
  if (!row) return row.error();
  if (*row && check->text(0) != "ok") return failure{failure_code::malformed, std::string{check->text(0)}};
  return {};
}

constexpr const char* create_tables = R"(
BEGIN;
CREATE TABLE chunk(
  id INTEGER PRIMARY KEY,
  stored INTEGER NOT NULL,    -- unix ns, our clock
  earliest INTEGER NOT NULL,  -- unix ns, the senders' clocks
  latest INTEGER NOT NULL,
  records INTEGER NOT NULL,
  dictionary INTEGER,         -- null: it stands alone
  data BLOB NOT NULL);
CREATE TABLE dictionary(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE fresh(chunk INTEGER PRIMARY KEY, traces BLOB NOT NULL, ties BLOB NOT NULL, tasks BLOB NOT NULL);
CREATE TABLE key_run(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, level INTEGER NOT NULL);
CREATE TABLE key_leaf(
  run INTEGER NOT NULL,
  first INTEGER NOT NULL,     -- the leaf's smallest key, as a signed number: key - 2^63
  leaf INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY(run, first, leaf)) WITHOUT ROWID;
CREATE TABLE task_run(
  id INTEGER PRIMARY KEY,
  earliest INTEGER NOT NULL,  -- starts and ends of the tasks in it
  latest INTEGER NOT NULL,
  data BLOB NOT NULL);
PRAGMA application_id = 2002938220;
PRAGMA user_version = 2;
COMMIT;
)";
static_assert(application_id == 2002938220 && format == 2);

bool has_log(const std::string& file) {
  std::error_code none;
  const auto size = fs::file_size(file + "-wal", none);
  return !none && size != 0;
}

}  // namespace

result<sqlite_database> open_for_writing(const std::string& file, durability kept) {
  auto database = sqlite_database::open(file, sqlite_access::create);
  if (!database) return explain(database.error(), file);
  const auto state = read_state(*database);
  if (!state) return explain(state.error(), file);
  if (!state->is_blank()) {
    if (auto known = check(*state, file); !known) return known.error();
    if (auto whole = check_whole(*database, file); !whole) return explain(whole.error(), file);
  } else {
    if (auto sized = database->execute("PRAGMA page_size = 4096"); !sized)
      return explain(sized.error(), file);
  }
  const char* const settings[] = {
      "PRAGMA journal_mode = WAL",  // readers never wait for the writer, nor it for them
      kept == durability::full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
      "PRAGMA cache_size = -4096",         // KiB
      "PRAGMA wal_autocheckpoint = 2048",  // pages: 8 MiB between two waits for the disk
      "PRAGMA journal_size_limit = 8388608",
      state->is_blank() ? create_tables : "",
  };
  for (const char* setting : settings) {
    if (auto set = database->execute(setting); !set) return explain(set.error(), file);
  }
  return database;
}

result<sqlite_database> open_for_reading(const std::string& file) {
  std::error_code none;
  if (!fs::exists(file, none)) {
    return failure{failure_code::not_found, "There is no file " + file + ". Check the path."};
  }
  auto database = sqlite_database::open(file, sqlite_access::read_only);
  if (!database) return explain(database.error(), file);
  auto state = read_state(*database);
  // SQLite wants to make its shared memory beside the file, and may not. Without a log that is not needed.
  if (!state && state.error().code != failure_code::malformed && !has_log(file)) {
    database = sqlite_database::open(file, sqlite_access::immutable);
    if (!database) return explain(database.error(), file);
    state = read_state(*database);
  }
  if (!state) return explain(state.error(), file);
  if (state->is_blank()) {
    return failure{failure_code::not_found, file + " is empty: nothing was ever written to it."};
  }
  if (auto known = check(*state, file); !known) return known.error();
  return database;
}

result<std::int64_t> format_of(const std::string& file) {
  auto database = sqlite_database::open(file, sqlite_access::read_only);
  if (!database) return explain(database.error(), file);
  const auto state = read_state(*database);
  if (!state) return explain(state.error(), file);
  return state->application == application_id ? state->format : 0;
}

result<sqlite_database> open_old(const std::string& file) {
  auto database = sqlite_database::open(file, sqlite_access::read_write);
  if (!database) return explain(database.error(), file);
  return database;
}

}  // namespace waybill::inline v0::slice_file
