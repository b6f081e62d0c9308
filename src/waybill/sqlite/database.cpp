#include <waybill/sqlite/database.hpp>

#include <sqlite3.h>

namespace waybill::inline v0 {
namespace {

failure_code code_of(int error) noexcept {
  switch (error & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return failure_code::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:  // no statement of ours breaks one: there is already what should not be there
      return failure_code::malformed;
    case SQLITE_CANTOPEN:
      return failure_code::not_found;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return failure_code::refused;
    default:
      return failure_code::io;
  }
}

failure failure_of(sqlite3* connection) {
  const int error = sqlite3_extended_errcode(connection);
  const char* const path = sqlite3_db_filename(connection, "main");
  std::string message{path != nullptr && *path != '\0' ? path : "the database"};
  return failure{code_of(error), message.append(": ").append(sqlite3_errmsg(connection))};
}

// A file name as a URI of SQLite's: the characters that mean something there are escaped.
std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    switch (c) {
      case '%':
        uri += "%25";
        break;
      case '?':
        uri += "%3f";
        break;
      case '#':
        uri += "%23";
        break;
      default:
        uri += c;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

void sqlite_statement::finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

sqlite_statement& sqlite_statement::bind(int parameter, std::int64_t value) noexcept {
  sqlite3_bind_int64(statement_.get(), parameter, value);
  return *this;
}

sqlite_statement& sqlite_statement::bind(int parameter, std::string_view text) noexcept {
  sqlite3_bind_text64(statement_.get(), parameter, text.data() == nullptr ? "" : text.data(), text.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

sqlite_statement& sqlite_statement::bind_blob(int parameter, std::string_view bytes) noexcept {
  sqlite3_bind_blob64(statement_.get(), parameter, bytes.data() == nullptr ? "" : bytes.data(), bytes.size(),
                      SQLITE_STATIC);
  return *this;
}

sqlite_statement& sqlite_statement::bind_null(int parameter) noexcept {
  sqlite3_bind_null(statement_.get(), parameter);
  return *this;
}

result<bool> sqlite_statement::step() {
  const int stepped = sqlite3_step(statement_.get());
  if (stepped == SQLITE_ROW) return true;
  if (stepped == SQLITE_DONE) {
    reset();
    return false;
  }
  failure why = failure_of(sqlite3_db_handle(statement_.get()));
  reset();
  return why;
}

result<void> sqlite_statement::run() {
  const auto stepped = step();
  if (!stepped) return stepped.error();
  reset();
  return {};
}

void sqlite_statement::reset() noexcept {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::int64_t sqlite_statement::integer(int column) const noexcept {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view sqlite_statement::text(int column) const noexcept {
  const auto* const begin = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (begin == nullptr) return {};
  return {begin, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string_view sqlite_statement::blob(int column) const noexcept {
  const auto* const begin = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (begin == nullptr) return {};
  return {begin, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool sqlite_statement::is_null(int column) const noexcept {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void sqlite_database::close::operator()(sqlite3* connection) const noexcept {
  sqlite3_close_v2(connection);
}

result<sqlite_database> sqlite_database::open(const std::string& path, sqlite_access access,
                                              std::chrono::milliseconds busy_limit) {
  const bool immutable = access == sqlite_access::immutable;
  const int flags = immutable                             ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
                    : access == sqlite_access::read_only  ? SQLITE_OPEN_READONLY
                    : access == sqlite_access::read_write ? SQLITE_OPEN_READWRITE
                                                          : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2((immutable ? immutable_uri(path) : path).c_str(), &raw,
                                     flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  sqlite_database database;
  database.connection_.reset(raw);
  if (opened != SQLITE_OK) {
    return failure{code_of(opened), "cannot open " + path + ": " +
                                        (raw != nullptr ? sqlite3_errmsg(raw) : sqlite3_errstr(opened))};
  }
  sqlite3_busy_timeout(raw, static_cast<int>(busy_limit.count()));
  return database;
}

result<void> sqlite_database::execute(const char* sql) {
  if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return failure_of(connection_.get());
  return {};
}

result<sqlite_statement> sqlite_database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int prepared = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (prepared != SQLITE_OK) return failure_of(connection_.get());
  sqlite_statement statement;
  statement.statement_.reset(raw);
  return statement;
}

std::int64_t sqlite_database::last_row_id() const noexcept {
  return sqlite3_last_insert_rowid(connection_.get());
}

std::int64_t sqlite_database::changed_rows() const noexcept {
  return sqlite3_changes64(connection_.get());
}

result<sqlite_snapshot> sqlite_snapshot::begin(sqlite_database& database) {
  if (auto begun = database.execute("BEGIN"); !begun) return begun.error();
  return sqlite_snapshot{database};
}

sqlite_snapshot::~sqlite_snapshot() {
  if (database_ != nullptr) (void)database_->execute("COMMIT");
}

result<sqlite_transaction> sqlite_transaction::begin(sqlite_database& database) {
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun.error();
  return sqlite_transaction{database};
}

sqlite_transaction::~sqlite_transaction() {
  if (database_ != nullptr) (void)database_->execute("ROLLBACK");
}

result<void> sqlite_transaction::commit() {
  auto committed = database_->execute("COMMIT");
  if (committed) database_ = nullptr;
  return committed;
}

}  // namespace waybill::inline v0
