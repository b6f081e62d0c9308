// One line of a list of traces.
#pragma once

#include <waybill/analysis/explained_trace.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

// The longest wait of a trace, whether it has a figure or only a bound.
struct longest_wait {
  std::string_view queue;
  std::optional<std::int64_t> duration;  // ns; empty: only how long it can have been at most, if that
  std::optional<std::int64_t> at_most;   // ns between the stamps, delays included
  bool exact = false;
};

// Views into the batch it was made from, which must outlive it.
struct trace_summary {
  trace_id trace;
  std::string_view name;
  std::vector<std::string_view> services;
  unix_nanos start = 0;
  std::int64_t duration = 0;
  std::size_t spans = 0;
  std::size_t errors = 0;
  std::optional<longest_wait> wait;  // empty: no queue
};

trace_summary summarise(const explained_trace& trace);
trace_summary summarise(const span_batch& records, const trace_id& trace);

}  // namespace waybill::inline v0
