// The embedded store: slices in a folder, each a SQLite file of chunks; one writer, many commits in one
// transaction.
#pragma once

#include <waybill/store/chunk_builder.hpp>
#include <waybill/store/commit_queue.hpp>
#include <waybill/store/records_by_trace.hpp>
#include <waybill/store/sqlite/retention.hpp>
#include <waybill/store/sqlite/slice_writer.hpp>
#include <waybill/store/sqlite/sqlite_reader.hpp>
#include <waybill/store/sqlite/store_lock.hpp>

#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace waybill::inline v0 {

struct sqlite_store_options {
  std::string path;  // a folder, made where it is missing
  waybill::durability durability = waybill::durability::normal;
  store_limits limits{};
  std::size_t waiting_limit = std::size_t{64} << 20;  // bytes of batches that wait for their commit
  std::size_t commit_records = 8192;                  // about so many at most in one commit
  // Told, on the writer's thread or in open(), what went wrong without failing a commit: a slice that can't be
  // written any more, limits that can't be kept.
  std::function<void(const std::string& sentence)> warn = [](const std::string&) {};
};

class sqlite_store final : public span_store {
 public:
  // Locks and opens, or makes, the store; takes over what an older version wrote there.
  // failure_code::busy: another process writes to it.
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
  sqlite_store(sqlite_store_options&& options, store_lock lock);
  result<void> open_slice();
  void run();
  result<void> write(const std::vector<pending_commit>& group);
  result<void> write_to_slice(const std::vector<pending_commit>& group);
  result<void> write_chunks(const std::vector<pending_commit>& group);
  bool is_full() const;
  void start_next_slice();
  bool leave_damaged_slice(const failure& why);
  void keep_within_limits();

  const sqlite_store_options options_;
  store_lock lock_;
  std::uint32_t number_ = 0;  // of the slice that is being written
  std::unique_ptr<slice_writer> slice_;
  steady_nanos next_slice_not_before_ = 0;
  retention retention_;
  steady_nanos limits_checked_ = 0;
  bool rests_ = true;  // nothing came since the log was emptied
  records_by_trace sorted_;
  chunk_builder builder_;
  std::unique_ptr<sqlite_reader> reader_;
  commit_queue queue_;
  std::thread thread_;
};

}  // namespace waybill::inline v0
