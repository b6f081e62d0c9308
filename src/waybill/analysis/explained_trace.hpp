// A trace as people look at it: rows in drawing order with the waits between them, the verdict, and what is
// wrong.
#pragma once

#include <waybill/analysis/problem.hpp>
#include <waybill/analysis/queue_wait.hpp>
#include <waybill/record/span_batch.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

enum class row_kind : std::uint8_t {
  span,
  wait,  // stands before the span that works on the message, at the same depth
  gap,  // time that is no waiting: named `scheduled` or `backoff` before a wait; else `gap`, between a span's
        // end and its child's start without a sign of a queue
};
std::string_view to_text(row_kind kind) noexcept;

inline constexpr std::size_t no_wait = static_cast<std::size_t>(-1);

struct trace_row {
  row_kind kind = row_kind::span;
  std::string name;
  std::string_view service;
  std::uint32_t depth = 0;
  unix_nanos start = 0;
  std::int64_t duration = 0;      // ns, never negative: what to draw
  std::optional<span_id> span;    // of a wait and a gap: the span that follows
  std::optional<span_id> parent;  // of a wait: the sender's span
  status_code status = status_code::unset;
  bool linked = false;                  // of another trace that goes on with a message of this one
  std::size_t wait = no_wait;           // kind wait: which of explained_trace::waits
  const span_record* record = nullptr;  // kind span
};

// Views and pointers into the batch it was made from, which must outlive it.
struct explained_trace {
  trace_id trace;
  std::string_view name;                   // of the earliest root; empty when there are no spans
  unix_nanos start = 0;                    // earliest start to latest end: a request ends before its tasks
  std::int64_t duration = 0;               // ns
  std::string verdict;                     // one line
  std::vector<std::string_view> services;  // in order of appearance
  std::size_t errors = 0;                  // spans that failed
  std::vector<trace_row> rows;
  std::vector<queue_wait> waits;        // of the rows
  std::vector<const log_record*> logs;  // of the rows, by time
  std::vector<problem> problems;
};

// records may hold more than this trace: traces that it links to, that link to it or name the same message,
// and other work of the same queues and workers, which says what a message waited behind. A trace that is not
// there has no rows.
explained_trace explain(const span_batch& records, const trace_id& trace);

}  // namespace waybill::inline v0
