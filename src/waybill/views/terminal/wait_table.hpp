// How long the tasks of each queue waited, as a table: one line a queue.
#pragma once

#include <waybill/record/wait_summary.hpp>
#include <waybill/views/terminal/style.hpp>

#include <string>
#include <vector>

namespace waybill::inline v0::views {

// A heading first, then the queues in their order; one sentence when there are none.
std::string draw_wait_table(const std::vector<queue_waits>& queues, const terminal_style& style);

}  // namespace waybill::inline v0::views
