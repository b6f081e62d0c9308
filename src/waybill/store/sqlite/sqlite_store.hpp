// The embedded store: chunks in one SQLite file, one writer, many commits in one transaction.
#pragma once

#include <waybill/store/chunk_builder.hpp>
#include <waybill/store/commit_queue.hpp>
#include <waybill/store/sqlite/chunk_writer.hpp>
#include <waybill/store/sqlite/sqlite_reader.hpp>
#include <waybill/store/sqlite/store_file.hpp>
#include <waybill/store/sqlite/store_lock.hpp>

#include <memory>
#include <string>
#include <thread>

namespace waybill::inline v0 {

struct sqlite_store_options {
  std::string path;  // as --store takes it: a file, or a folder that is made
  store_file::durability durability = store_file::durability::normal;
  std::size_t waiting_limit = std::size_t{64} << 20;  // bytes of batches that wait for their commit
  std::size_t chunk_records = 4096;                   // at most, in one chunk and about so many in one commit
};

class sqlite_store final : public span_store {
 public:
  // Locks and opens, or makes, the store. failure_code::busy: another process writes to it.
  static result<std::unique_ptr<sqlite_store>> open(sqlite_store_options options);

  sqlite_store(const sqlite_store&) = delete;
  sqlite_store& operator=(const sqlite_store&) = delete;
  // Commits what waits, and answers it, first.
  ~sqlite_store() override;

  // A commit that finds the writer idle is written at once; those that come meanwhile share the next one.
  // When the disk fails, every batch of the group hears so, and none is kept.
  void commit(span_batch&& received, committed done) override;

  // Lives as long as the store.
  const trace_reader& reader() const noexcept { return *reader_; }

 private:
  sqlite_store(sqlite_store_options&& options, std::string file, store_lock lock);
  void run();
  result<void> write(const std::vector<pending_commit>& group);

  const sqlite_store_options options_;
  const std::string file_;
  store_lock lock_;
  sqlite_database database_;
  chunk_writer writer_;
  chunk_builder builder_;
  std::unique_ptr<sqlite_reader> reader_;
  commit_queue queue_;
  std::thread thread_;
};

}  // namespace waybill::inline v0
