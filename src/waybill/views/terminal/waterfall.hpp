// A trace as text: the verdict, then one line a row, the tree on the left and bars on the right.
#pragma once

#include <waybill/analysis/explained_trace.hpp>
#include <waybill/views/terminal/style.hpp>

#include <string>

namespace waybill::inline v0::views {

// Every line ends with '\n' and is at most style.width columns wide (not below 50). Text of spans is made printable.
std::string draw_waterfall(const explained_trace& trace, const terminal_style& style);

}  // namespace waybill::inline v0::views
