// Traces as a table: one line each, the longest queue wait among the columns.
#pragma once

#include <waybill/analysis/trace_summary.hpp>
#include <waybill/views/terminal/style.hpp>

#include <string>
#include <vector>

namespace waybill::inline v0::views {

// Lines at most style.width columns wide, a heading first; one sentence when there is nothing. Times are the terminal's
// local ones; the date is shown where it is not today's.
std::string draw_trace_table(const std::vector<trace_summary>& traces, const terminal_style& style,
                             unix_nanos now);

}  // namespace waybill::inline v0::views
