// Writes packed chunks and their index rows into a SQLite store: the statements of its one writer.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/sqlite/database.hpp>
#include <waybill/store/chunk_builder.hpp>

namespace waybill::inline v0 {

// Not thread-safe. Everything happens inside the transaction that the caller began.
class chunk_writer {
 public:
  static result<chunk_writer> prepare(sqlite_database& database);

  result<void> write(const built_chunk& chunk, unix_nanos stored);

 private:
  sqlite_database* database_ = nullptr;
  sqlite_statement add_chunk_;
  sqlite_statement add_trace_;
  sqlite_statement add_tie_;
};

}  // namespace waybill::inline v0
