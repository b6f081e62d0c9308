// Reads a store on disk, all of its slices, also while this or another process writes to it.
#pragma once

#include <waybill/store/chunk_reader.hpp>
#include <waybill/store/sqlite/slice_reader.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace waybill::inline v0 {

// Thread-safe. A slice that can't be read is left out, and told of by state(); the others are read.
class sqlite_reader final : public chunk_reader {
 public:
  // A folder as waybill serve --store has made it, or one slice by itself. not_found: nothing is there, or
  // nothing was ever written to it.
  static result<std::unique_ptr<sqlite_reader>> open(const std::string& path);

  ~sqlite_reader() override;

  std::optional<std::string> expired(const trace_id& trace) const override;
  store_state state() const override;

 protected:
  std::string name_of(chunk_number chunk) const override;
  result<kept_chunk> load(chunk_number chunk) const override;
  result<std::vector<chunk_number>> chunks_of(const trace_id& trace) const override;
  result<std::vector<chunk_number>> chunks_under(std::uint64_t key) const override;
  result<std::vector<chunk_number>> chunks_between(const trace_id::bytes_type& first,
                                                   const trace_id::bytes_type& last,
                                                   std::size_t limit) const override;
  result<void> walk_back(unix_nanos stored_since,
                         function_ref<bool(std::string_view chunk)> visit) const override;
  result<void> walk_tasks(
      unix_nanos from, unix_nanos to,
      function_ref<bool(chunk_number origin, std::string_view tasks)> visit) const override;

 private:
  struct slice {
    std::uint32_t number;
    std::string file;
    std::shared_ptr<const slice_reader> reader;  // null: it can't be read
    std::string problem;                         // why; empty where nothing is wrong
  };

  friend class sqlite_store;  // whose folder may still be empty
  explicit sqlite_reader(std::string path, bool is_folder);

  // Of now, the newest first; what came and went meanwhile is seen.
  std::vector<slice> slices() const;
  void look_again() const;
  // A failure of one slice: remembered, and passed over, unless trying again may help.
  bool is_passed_over(const slice& of, const failure& why) const;
  result<std::vector<chunk_number>> chunks_with(slice_file::key_kind kind, const key_range& keys) const;

  const std::string path_;
  const bool is_folder_;
  mutable std::mutex mutex_;
  mutable std::vector<slice> known_;  // the newest first
  mutable std::int64_t looked_ = 0;   // at the folder, by its time of change; 0: not yet
};

}  // namespace waybill::inline v0
