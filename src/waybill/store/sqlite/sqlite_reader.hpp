// Reads a SQLite store, also while this or another process writes to it.
#pragma once

#include <waybill/store/chunk_reader.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace waybill::inline v0 {

// Thread-safe: each call has a connection of its own, kept for the next one.
class sqlite_reader final : public chunk_reader {
 public:
  // A path as --store takes it. Opens a first connection, so that what is wrong is told here.
  static result<std::unique_ptr<sqlite_reader>> open(const std::string& path);

  ~sqlite_reader() override;

 protected:
  std::string name_of(chunk_number chunk) const override;
  result<std::vector<chunk_number>> chunks_of(const trace_id& trace) const override;
  result<std::string> load(chunk_number chunk) const override;
  result<void> walk_back(const time_window& window,
                         function_ref<bool(std::string_view chunk)> visit) const override;
  result<std::vector<trace_id>> traces_between(const trace_id::bytes_type& first,
                                               const trace_id::bytes_type& last,
                                               std::size_t limit) const override;
  result<std::vector<trace_id>> traces_under(std::uint64_t key, std::size_t limit) const override;

 private:
  struct connection;
  class lease;

  explicit sqlite_reader(std::string file);
  result<std::unique_ptr<connection>> connect() const;
  result<lease> borrow() const;

  const std::string file_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<connection>> idle_;
};

}  // namespace waybill::inline v0
