#include <waybill/analysis/trace_summary.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

std::int64_t length(const queue_wait& wait) noexcept {
  return figure_of(wait).nanos;
}

}  // namespace

trace_summary summarise(const explained_trace& trace) {
  trace_summary out{.trace = trace.trace,
                    .name = trace.name,
                    .services = trace.services,
                    .start = trace.start,
                    .duration = trace.duration,
                    .errors = trace.errors,
                    .wait = {}};
  out.spans = static_cast<std::size_t>(std::ranges::count(trace.rows, row_kind::span, &trace_row::kind));
  const auto longest = std::ranges::max_element(trace.waits, {}, length);
  if (longest == trace.waits.end()) return out;
  out.wait = longest_wait{longest->queue.empty() ? longest->task : longest->queue, figure_of(*longest)};
  return out;
}

trace_summary summarise(const span_batch& records, const trace_id& trace) {
  return summarise(explain(records, trace));
}

}  // namespace waybill::inline v0
