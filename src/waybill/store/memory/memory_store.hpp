// Keeps everything in memory, as chunks: for tests, and for looking at something that need not last.
#pragma once

#include <waybill/store/chunk_builder.hpp>
#include <waybill/store/chunk_reader.hpp>

#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <vector>

namespace waybill::inline v0 {

// "Durable" means: in memory. Grows without bound. Thread-safe; commits are done when commit() returns.
class memory_store final : public span_store, public chunk_reader {
 public:
  void commit(span_batch&& received, committed done) override;

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
  mutable std::shared_mutex mutex_;
  chunk_builder builder_;
  struct kept_chunk {
    std::string bytes;
    unix_nanos earliest;
    unix_nanos latest;
  };
  std::vector<kept_chunk> chunks_;
  std::map<trace_id, std::vector<chunk_number>> by_trace_;
  std::map<std::uint64_t, std::set<trace_id>> by_key_;
};

}  // namespace waybill::inline v0
