// The writing side of a slice's index: what is fresh is folded into sorted runs now and then, runs into larger
// runs.
#pragma once

#include <waybill/sqlite/database.hpp>
#include <waybill/store/chunk_builder.hpp>
#include <waybill/store/key_run.hpp>
#include <waybill/store/sqlite/slice_file.hpp>

#include <vector>

namespace waybill::inline v0 {

// Not thread-safe. Everything happens inside the transaction that the caller began.
class slice_index {
 public:
  // Counts what is fresh already. The database must stay where it is.
  static result<slice_index> prepare(sqlite_database& database);

  // Of a chunk that was just written under this number.
  result<void> add(const built_chunk& chunk, std::int64_t number);

  // Folds what is fresh, and every run of a kind into one: for a slice that nothing more will be added to.
  result<void> finish();

  // After a rollback: counts anew.
  result<void> recount();

 private:
  using key_kind = slice_file::key_kind;

  result<void> fold();
  result<void> merge_where_many(key_kind kind);
  result<void> merge(const std::vector<std::int64_t>& runs, key_kind kind, std::int64_t level);
  result<void> write_run(key_kind kind, std::int64_t level, std::vector<key_place>& places);
  result<void> write_tasks(const std::vector<task_row>& tasks);

  sqlite_database* database_ = nullptr;
  std::int64_t fresh_ = 0;
  sqlite_statement count_fresh_, add_fresh_, read_fresh_, clear_fresh_;
  sqlite_statement runs_of_, add_run_, remove_run_, read_leaves_, add_leaf_, remove_leaves_;
  sqlite_statement add_tasks_;
};

}  // namespace waybill::inline v0
