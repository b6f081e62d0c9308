// Writes some traces into one file that can be mailed: a slice by itself, which sqlite_reader opens.
#pragma once

#include <waybill/record/span_batch.hpp>
#include <waybill/store/sqlite/slice_writer.hpp>

#include <memory>
#include <string>

namespace waybill::inline v0 {

// Until finish() nothing is there under the file's name; without it, nothing stays. Not thread-safe.
class slice_export {
 public:
  // invalid_argument: there is such a file already; io: it can't be made.
  static result<std::unique_ptr<slice_export>> create(const std::string& file);

  slice_export(const slice_export&) = delete;
  slice_export& operator=(const slice_export&) = delete;
  ~slice_export();

  result<void> add(span_batch&& records);
  result<void> finish();

 private:
  explicit slice_export(std::string file) : file_(std::move(file)), unfinished_(file_ + ".part") {}

  result<void> write();

  const std::string file_;
  const std::string unfinished_;
  std::unique_ptr<slice_writer> writer_;
  chunk_builder builder_;
  span_batch waiting_;  // for so many that they fill a chunk
};

}  // namespace waybill::inline v0
