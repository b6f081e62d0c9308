// Puts finished spans together into Sentry's transactions: a segment's root with its descendants of the same process.
//
// Children end before their root, as a rule, and wait for it here, encoded: their records are free. What must not wait any
// longer (memory, time, the end) leaves in a transaction that is led by the first of its spans, the others beside it with
// their true parents; nothing is lost and nothing made up. So do children that end after their root has left, and what is
// over the number that Sentry takes with one root.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/base/function_ref.hpp>
#include <waybill/record/span_batch.hpp>
#include <waybill/wire/sentry_transaction_encode.hpp>

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

namespace waybill::inline v0 {

struct assembly_limits {
  std::size_t waiting_bytes = std::size_t{8} << 20;  // of all spans that wait; beyond, the longest row leaves
  std::int64_t longest_wait = 300LL * 1'000'000'000;  // ns, of the first span that waits for one trace's root
};

// One thread's.
class transaction_assembly {
 public:
  struct transaction {
    const sentry_transaction::encoded_span& root;
    std::string_view spans;  // elements, with commas between them
    std::size_t records;     // root included
    const sentry_transaction::encoded_process& process;
    std::string_view trace_header;  // JSON; empty: nobody has described the trace
  };
  using visitor = function_ref<void(const transaction&)>;

  explicit transaction_assembly(const assembly_limits& limits = {}) noexcept : limits_(limits) {}

  // Takes what the batch holds, and visits the transactions that are whole.
  void add(const span_batch& batch, steady_nanos now, visitor visit);

  // Visits what must not wait longer; all: everything that waits.
  void release(bool all, steady_nanos now, visitor visit);

  std::size_t waiting() const noexcept { return waiting_; }  // records

 private:
  using encoded = sentry_transaction::encoded_span;
  struct row {  // of one trace
    std::string trace_header;
    sentry_transaction::encoded_process process;
    std::vector<encoded> spans;
    std::size_t bytes = 0;
    steady_nanos since = 0;
  };

  void wait(const span_record& span, steady_nanos now);
  void finish(const span_record& root, visitor visit);
  std::vector<encoded> take_descendants(const encoded& root);
  void release_row(row& one, visitor visit);

  assembly_limits limits_;
  std::unordered_map<trace_id, row, trace_id_hash> rows_;
  std::size_t waiting_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace waybill::inline v0
