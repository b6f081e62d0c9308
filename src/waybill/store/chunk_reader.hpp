// A trace_reader over anything that keeps chunks and an index of them: memory and SQLite differ only in where
// those lie.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/record/span_store.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace waybill::inline v0 {

// Times of records, by their senders' clocks, both ends included. By default everything, also what has no time.
struct time_window {
  unix_nanos from = std::numeric_limits<unix_nanos>::min();
  unix_nanos to = std::numeric_limits<unix_nanos>::max();
};

class chunk_reader : public trace_reader {
 public:
  result<std::vector<trace_id>> newest(const trace_query& query) const final;
  result<span_batch> read(std::span<const trace_id> traces) const final;
  result<std::vector<trace_id>> related(const trace_id& trace, std::size_t limit) const final;
  result<std::vector<trace_id>> find(std::string_view prefix, std::size_t limit) const final;
  result<std::vector<trace_id>> worked_on_between(unix_nanos from, unix_nanos to,
                                                  std::size_t limit) const final;

 protected:
  using chunk_number = std::int64_t;  // rises with time

  // Where a chunk lies, for the sentence about one that can't be read: "chunk 7 of
  // /var/lib/waybill/waybill.db".
  virtual std::string name_of(chunk_number chunk) const = 0;

  virtual result<std::vector<chunk_number>> chunks_of(const trace_id& trace) const = 0;
  virtual result<std::string> load(chunk_number chunk) const = 0;
  // From the newest to the oldest, until visit returns false; only those with a record in the window.
  virtual result<void> walk_back(const time_window& window,
                                 function_ref<bool(std::string_view chunk)> visit) const = 0;
  // Traces from `first` to `last`, both included, those with the newest chunk first.
  virtual result<std::vector<trace_id>> traces_between(const trace_id::bytes_type& first,
                                                       const trace_id::bytes_type& last,
                                                       std::size_t limit) const = 0;
  // Traces that were stored under one of their related_keys.
  virtual result<std::vector<trace_id>> traces_under(std::uint64_t key, std::size_t limit) const = 0;
};

}  // namespace waybill::inline v0
