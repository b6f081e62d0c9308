// From time to columns: one axis for all rows of a waterfall, long emptiness folded into marked breaks.
//
// The same axis serves the terminal (columns are characters) and the browser (columns are pixels).
#pragma once

#include <waybill/base/clock.hpp>

#include <cstdint>
#include <vector>

namespace waybill::inline v0::views {

struct time_range {
  unix_nanos from;
  unix_nanos to;
};

// Time that is not drawn: between its two ends the axis jumps.
struct axis_break {
  unix_nanos hidden_from;
  unix_nanos hidden_to;
  double column;  // where the break begins
  double width;   // columns it takes
};

struct axis_options {
  double columns = 80;
  double break_width = 12;  // columns of one break
  double margin = 3;        // columns of undisturbed axis on each side of a break, at least
  bool fold = true;
};

class time_axis {
 public:
  // busy: when work was going on, in any order, overlapping or not. Only what no work covers can be folded.
  static time_axis lay_out(time_range whole, std::vector<time_range> busy, const axis_options& options);

  // Times outside the range are moved to its ends. Not decreasing.
  double column_of(unix_nanos time) const noexcept;
  const std::vector<axis_break>& breaks() const noexcept { return breaks_; }
  double columns() const noexcept { return columns_; }

 private:
  time_range whole_{};
  double columns_ = 0;
  double columns_per_nano_ = 0;
  std::vector<axis_break> breaks_;
};

}  // namespace waybill::inline v0::views
