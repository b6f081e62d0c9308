// Puts the records of many batches in the order of their traces, so that a trace's records come to lie in one
// chunk.
#pragma once

#include <waybill/record/span_batch.hpp>
#include <waybill/store/hash_index.hpp>

#include <cstdint>
#include <vector>

namespace waybill::inline v0 {

// Used again and again: it keeps its memory. Records must stay where they are until clear(). Not thread-safe.
class records_by_trace {
 public:
  records_by_trace();

  void add(const span_batch& batch);

  // Traces in the order in which they came first, their records in the order in which they came; log records
  // without a trace come last. `end_of_trace` says that this was the last record of its trace.
  template <class Visit>  // Visit(const span_record* or null, const log_record* or null, bool end_of_trace)
  void for_each(Visit&& visit) {
    sort();
    for (std::size_t i = 0; i < sorted_.size(); ++i) {
      const bool end_of_trace = i + 1 == sorted_.size() || sorted_[i + 1].trace != sorted_[i].trace;
      visit(sorted_[i].span, sorted_[i].log, end_of_trace);
    }
  }

  void clear() noexcept;

 private:
  struct reference {
    std::uint32_t trace;
    const span_record* span;
    const log_record* log;
  };
  static constexpr std::uint32_t no_trace = 0xFFFFFFFF;

  std::uint32_t place_of(const trace_id& trace);
  void sort();

  std::uint64_t seed_;  // of the table: a stranger chooses its keys
  std::vector<trace_id> traces_;
  std::vector<std::size_t> counts_;
  hash_index places_;
  std::vector<reference> all_;
  std::vector<reference> sorted_;
};

}  // namespace waybill::inline v0
