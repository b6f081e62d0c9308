// Reads one slice, also while this or another process writes to it.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/base/function_ref.hpp>
#include <waybill/base/result.hpp>
#include <waybill/store/chunk.hpp>
#include <waybill/store/key_run.hpp>
#include <waybill/store/sqlite/slice_file.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

// Thread-safe: each call has a connection of its own, kept for the next one.
class slice_reader {
 public:
  using key_kind = slice_file::key_kind;

  // Opens a first connection, so that what is wrong is told here.
  static result<std::unique_ptr<slice_reader>> open(const std::string& file);
  ~slice_reader();

  const std::string& file() const noexcept { return file_; }

  // Entries of the index with keys between the two, both included, in no order.
  result<std::vector<key_place>> places_between(key_kind kind, const key_range& keys) const;
  result<kept_chunk> load(std::int64_t chunk) const;
  // True when visit returned false.
  result<bool> walk_back(unix_nanos stored_since, function_ref<bool(std::string_view chunk)> visit) const;
  result<bool> walk_tasks(unix_nanos from, unix_nanos to,
                          function_ref<bool(std::string_view tasks)> visit) const;

 private:
  struct connection;
  class lease;

  explicit slice_reader(std::string file);
  result<std::unique_ptr<connection>> connect() const;
  result<lease> borrow() const;
  result<std::shared_ptr<const std::string>> dictionary(connection& with, std::int64_t number) const;

  const std::string file_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<connection>> idle_;
  mutable std::vector<std::pair<std::int64_t, std::shared_ptr<const std::string>>>
      dictionaries_;  // used lately
};

}  // namespace waybill::inline v0
