// Which lines lead to each row of a tree that is drawn top down: where a parent has more children to come.
#pragma once

#include <waybill/analysis/explained_trace.hpp>

#include <cstdint>
#include <vector>

namespace waybill::inline v0::views {

struct row_lines {
  bool is_last = false;         // no later row at this depth under the same parent
  std::vector<bool> continues;  // by depth from 1 on: an ancestor at that depth has a later sibling
};

// Depths beyond deepest are drawn at deepest, so that a hostile chain costs no width and no quadratic memory.
std::vector<row_lines> connect_rows(const std::vector<trace_row>& rows, std::uint32_t deepest);

}  // namespace waybill::inline v0::views
