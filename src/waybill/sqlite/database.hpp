// SQLite for our rooms: a connection and its statements, closed by themselves, failures as sentences.
#pragma once

#include <waybill/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace waybill::inline v0 {

// A prepared statement: bind, step, read columns, reset. Parameters count from 1, columns from 0, as in SQLite. Views of
// columns live until the next step or reset. Not thread-safe; must not outlive its database.
class sqlite_statement {
 public:
  sqlite_statement() noexcept = default;

  sqlite_statement& bind(int parameter, std::int64_t value) noexcept;
  sqlite_statement& bind(int parameter, std::string_view text) noexcept;        // borrowed until reset
  sqlite_statement& bind_blob(int parameter, std::string_view bytes) noexcept;  // borrowed until reset
  sqlite_statement& bind_null(int parameter) noexcept;
  sqlite_statement& bind(int parameter, const std::optional<std::int64_t>& value) noexcept {
    return value ? bind(parameter, *value) : bind_null(parameter);
  }

  // True: there is a row. False: done, and reset.
  result<bool> step();
  // step() for statements that return nothing.
  result<void> run();
  void reset() noexcept;

  std::int64_t integer(int column) const noexcept;
  std::string_view text(int column) const noexcept;
  std::string_view blob(int column) const noexcept;
  bool is_null(int column) const noexcept;

 private:
  friend class sqlite_database;
  struct finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  std::unique_ptr<sqlite3_stmt, finalize> statement_;
};

// immutable: a file that nobody writes to, in a folder where nothing can be written: read without locks and without a log.
enum class sqlite_access : unsigned char { read_only, immutable, read_write, create };

// One connection. Not thread-safe: one a thread.
class sqlite_database {
 public:
  // busy_limit: how long a statement waits for another connection's lock before it fails with failure_code::busy.
  static result<sqlite_database> open(const std::string& path, sqlite_access access,
                                      std::chrono::milliseconds busy_limit = std::chrono::seconds{5});

  result<void> execute(const char* sql);  // one or more statements without results
  result<sqlite_statement> prepare(std::string_view sql);
  std::int64_t last_row_id() const noexcept;
  std::int64_t changed_rows() const noexcept;  // by the last statement

 private:
  struct close {
    void operator()(sqlite3* connection) const noexcept;
  };
  std::unique_ptr<sqlite3, close> connection_;
};

// Many reads of one state: what is committed by others meanwhile is not seen. Ends by itself.
class sqlite_snapshot {
 public:
  static result<sqlite_snapshot> begin(sqlite_database& database);
  sqlite_snapshot(sqlite_snapshot&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  sqlite_snapshot& operator=(sqlite_snapshot&&) = delete;
  ~sqlite_snapshot();

 private:
  explicit sqlite_snapshot(sqlite_database& database) noexcept : database_(&database) {}
  sqlite_database* database_;
};

// BEGIN IMMEDIATE … COMMIT, or ROLLBACK when it is left without a commit.
class sqlite_transaction {
 public:
  static result<sqlite_transaction> begin(sqlite_database& database);
  sqlite_transaction(sqlite_transaction&& other) noexcept
      : database_(std::exchange(other.database_, nullptr)) {}
  sqlite_transaction& operator=(sqlite_transaction&&) = delete;
  ~sqlite_transaction();

  result<void> commit();

 private:
  explicit sqlite_transaction(sqlite_database& database) noexcept : database_(&database) {}
  sqlite_database* database_;
};

}  // namespace waybill::inline v0
