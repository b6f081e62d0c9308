#include <waybill/views/row_tree.hpp>

#include <algorithm>

namespace waybill::inline v0::views {

std::vector<row_lines> connect_rows(const std::vector<trace_row>& rows, std::uint32_t deepest) {
  std::vector<row_lines> lines(rows.size());
  // From the last row up: open[d] says whether a row at depth d follows below, under the same parent.
  std::vector<bool> open(deepest + 2, false);
  for (std::size_t i = rows.size(); i-- > 0;) {
    const std::uint32_t depth = std::min(rows[i].depth, deepest);
    lines[i].is_last = !open[depth];
    lines[i].continues.assign(open.begin() + 1, open.begin() + std::max<std::uint32_t>(depth, 1));
    open[depth] = true;
    std::fill(open.begin() + depth + 1, open.end(), false);
  }
  return lines;
}

}  // namespace waybill::inline v0::views
