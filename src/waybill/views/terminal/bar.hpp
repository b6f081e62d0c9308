// One row's bar on the time axis, in characters: work is solid, waiting is hatched, folded time is cut through.
#pragma once

#include <waybill/analysis/explained_trace.hpp>
#include <waybill/views/terminal/style.hpp>
#include <waybill/views/time_axis.hpp>

#include <string>

namespace waybill::inline v0::views {

// At most axis.columns() columns.
std::string draw_bar(const trace_row& row, const time_axis& axis, const terminal_style& style);

}  // namespace waybill::inline v0::views
