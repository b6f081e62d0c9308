// A trace_reader over anything that keeps chunks and an index of them: memory and SQLite differ only in where
// those lie.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/record/span_store.hpp>
#include <waybill/store/chunk.hpp>

#include <cstdint>
#include <string>

namespace waybill::inline v0 {

class chunk_reader : public trace_reader {
 public:
  result<std::vector<trace_id>> newest(const trace_query& query) const final;
  result<span_batch> read(std::span<const trace_id> traces) const final;
  result<std::vector<trace_id>> related(const trace_id& trace, std::size_t limit) const final;
  result<std::vector<trace_id>> find(std::string_view prefix, std::size_t limit) const final;
  result<std::vector<trace_id>> worked_on_between(unix_nanos from, unix_nanos to,
                                                  std::size_t limit) const final;
  result<std::vector<queue_waits>> waits(const wait_query& query) const final;

 protected:
  using chunk_number = std::int64_t;  // rises with time

  // Where a chunk lies, for the sentence about one that can't be read: "chunk 7 of /var/lib/waybill/3.waybill".
  virtual std::string name_of(chunk_number chunk) const = 0;

  virtual result<kept_chunk> load(chunk_number chunk) const = 0;
  // Each of these may give a chunk too many: what a chunk says of itself decides.
  virtual result<std::vector<chunk_number>> chunks_of(const trace_id& trace) const = 0;
  // Chunks in which a trace was stored under one of its related_keys.
  virtual result<std::vector<chunk_number>> chunks_under(std::uint64_t key) const = 0;
  // Chunks with traces from `first` to `last`, both included, the newest first; at most about so many.
  virtual result<std::vector<chunk_number>> chunks_between(const trace_id::bytes_type& first,
                                                           const trace_id::bytes_type& last,
                                                           std::size_t limit) const = 0;
  // From the newest to the oldest that was stored since, until visit returns false.
  virtual result<void> walk_back(unix_nanos stored_since,
                                 function_ref<bool(std::string_view chunk)> visit) const = 0;
  // Packed task rows, the newest first, until visit returns false. Those without a task that runs between the two
  // may be left out. The chunk in a row is to be added to `origin`.
  virtual result<void> walk_tasks(
      unix_nanos from, unix_nanos to,
      function_ref<bool(chunk_number origin, std::string_view tasks)> visit) const = 0;

 private:
  // Both in the order of the list, and each trace once.
  result<std::vector<trace_id>> traces_in(const std::vector<chunk_number>& chunks, std::size_t limit,
                                          function_ref<bool(const trace_id&)> wanted) const;
};

}  // namespace waybill::inline v0
