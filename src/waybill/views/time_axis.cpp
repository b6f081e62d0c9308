#include <waybill/views/time_axis.hpp>

#include <algorithm>
#include <limits>

namespace waybill::inline v0::views {
namespace {

double length(const time_range& range) noexcept {
  return static_cast<double>(range.to) -
         static_cast<double>(range.from);  // doubles: hostile times do not overflow
}

// What lies between the busy ranges, the longest first.
std::vector<time_range> idle_ranges(const time_range& whole, std::vector<time_range> busy) {
  std::sort(busy.begin(), busy.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
  std::vector<time_range> idle;
  unix_nanos covered_to = whole.from;
  for (const auto& one : busy) {
    if (one.from > covered_to) idle.push_back({covered_to, std::min(one.from, whole.to)});
    covered_to = std::max(covered_to, one.to);
  }
  if (covered_to < whole.to) idle.push_back({covered_to, whole.to});
  std::sort(idle.begin(), idle.end(), [](const auto& a, const auto& b) { return length(a) > length(b); });
  return idle;
}

}  // namespace

time_axis time_axis::lay_out(time_range whole, std::vector<time_range> busy, const axis_options& options) {
  time_axis axis;
  if (whole.to <= whole.from) {  // nothing lasted: a nanosecond stands for it
    whole.from = std::min(whole.from, std::numeric_limits<unix_nanos>::max() - 1);
    whole.to = whole.from + 1;
  }
  axis.whole_ = whole;
  axis.columns_ = options.columns;

  // Fold the longest emptiness first, as long as it takes more than half of what is drawn and room is left for the rest.
  std::vector<time_range> folded;
  double drawn = length(whole);
  double columns = options.columns;
  if (options.fold) {
    for (const auto& idle : idle_ranges(whole, std::move(busy))) {
      const double scale =
          (columns - options.break_width - 2 * options.margin) / std::max(1.0, drawn - length(idle));
      const bool dominates = length(idle) > 0.5 * drawn;
      const bool room = columns - options.break_width - 2 * options.margin >= 8;
      if (!dominates || !room || folded.size() == 3) break;
      const auto margin = static_cast<unix_nanos>(options.margin / scale);
      const time_range hidden{idle.from + margin, idle.to - margin};
      if (length(hidden) <= 0.4 * length(idle)) break;
      folded.push_back(hidden);
      drawn -= length(hidden);
      columns -= options.break_width;
    }
  }
  std::sort(folded.begin(), folded.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
  axis.columns_per_nano_ = columns / std::max(1.0, drawn);
  double hidden_before = 0;
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const double visible =
        static_cast<double>(folded[i].from) - static_cast<double>(whole.from) - hidden_before;
    const double column = visible * axis.columns_per_nano_ + static_cast<double>(i) * options.break_width;
    axis.breaks_.push_back({folded[i].from, folded[i].to, column, options.break_width});
    hidden_before += length(folded[i]);
  }
  return axis;
}

double time_axis::column_of(unix_nanos time) const noexcept {
  time = std::clamp(time, whole_.from, whole_.to);
  double hidden = 0;
  double inserted = 0;
  for (const auto& one : breaks_) {
    if (time <= one.hidden_from) break;
    const double size = static_cast<double>(one.hidden_to) - static_cast<double>(one.hidden_from);
    if (time < one.hidden_to) {
      const double part = (static_cast<double>(time) - static_cast<double>(one.hidden_from)) / size;
      return one.column + part * one.width;
    }
    hidden += size;
    inserted += one.width;
  }
  const double visible = static_cast<double>(time) - static_cast<double>(whole_.from) - hidden;
  return std::min(visible * columns_per_nano_ + inserted, columns_);
}

}  // namespace waybill::inline v0::views
