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
  struct chunk_in_memory {
    std::string bytes;
    std::string tasks;
    unix_nanos stored;
  };

  mutable std::shared_mutex mutex_;
  chunk_builder builder_;
  std::vector<chunk_in_memory> chunks_;
  std::map<trace_id, std::vector<chunk_number>> by_trace_;
  std::map<std::uint64_t, std::set<chunk_number>> by_key_;
};

}  // namespace waybill::inline v0
