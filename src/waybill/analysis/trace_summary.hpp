// One line of a list of traces.
#pragma once

#include <waybill/analysis/explained_trace.hpp>
#include <waybill/analysis/wait_phrase.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

// The longest wait of a trace, whether its length is known or only a bound.
struct longest_wait {
  std::string_view queue;
  wait_figure figure;
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
