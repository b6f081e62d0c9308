// Puts the spans of a trace into drawing order, with a row for each wait and each gap, and the work that
// other traces did on this trace's messages beneath their senders.
#pragma once

#include <waybill/analysis/explained_trace.hpp>

#include <vector>

namespace waybill::inline v0 {

struct laid_out_trace {
  std::vector<trace_row> rows;
  std::vector<node_number> nodes;  // whose rows are here, in their order
  std::vector<queue_wait> waits;   // of these, in the order of their rows
};

laid_out_trace lay_out(const message_flow& flow, std::vector<queue_wait> waits, const trace_id& trace);

}  // namespace waybill::inline v0
