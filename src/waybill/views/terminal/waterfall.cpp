#include <waybill/views/terminal/waterfall.hpp>

#include <waybill/analysis/duration_text.hpp>
#include <waybill/views/row_tree.hpp>
#include <waybill/views/terminal/bar.hpp>
#include <waybill/views/terminal/display_text.hpp>
#include <waybill/views/terminal/figure_text.hpp>
#include <waybill/views/terminal/paragraph.hpp>
#include <waybill/views/time_axis.hpp>

#include <algorithm>

namespace waybill::inline v0::views {
namespace {

constexpr std::uint32_t deepest_drawn = 10;

struct columns {
  std::size_t name;
  std::size_t duration = 8;
  std::size_t service;
  std::size_t bars;
};

columns divide(const explained_trace& trace, std::size_t width) {
  std::size_t service = 0;
  for (const auto name : trace.services) service = std::max(service, display_width(printable(name)));
  columns shares{.name = std::clamp<std::size_t>(width * 42 / 100, 20, 56),
                 .service = std::clamp<std::size_t>(service, 3, 12),
                 .bars = 0};
  const std::size_t taken = shares.name + 1 + shares.duration + 2 + shares.service + 2;
  shares.bars = width > taken + 8 ? width - taken : 8;
  return shares;
}

std::string tree_lines(const trace_row& row, const row_lines& lines, bool ascii) {
  if (row.depth == 0) return row.kind == row_kind::span ? "" : (ascii ? ": " : "┊ ");
  std::string text;
  for (const bool continues : lines.continues) text += continues ? (ascii ? "|  " : "│  ") : "   ";
  if (row.kind != row_kind::span) return text += ascii ? ":  " : "┊  ";
  return text += lines.is_last ? (ascii ? "`- " : "└─ ") : (ascii ? "|- " : "├─ ");
}

std::vector<time_range> busy_times(const explained_trace& trace) {
  std::vector<time_range> busy;
  for (const auto& row : trace.rows) {
    if (row.kind == row_kind::span) busy.push_back({row.start, row.start + row.duration});
  }
  return busy;
}

std::size_t service_number(const explained_trace& trace, std::string_view service) {
  const auto at = std::find(trace.services.begin(), trace.services.end(), service);
  return static_cast<std::size_t>(at - trace.services.begin());
}

std::string draw_row(const explained_trace& trace, const trace_row& row, const row_lines& lines,
                     const columns& shares, const time_axis& axis, const terminal_style& style) {
  const auto dots = style.ascii ? ellipsis::ascii : ellipsis::unicode;
  const bool failed = row.status == status_code::error;
  const std::string tree = tree_lines(row, lines, style.ascii);
  const std::size_t left = shares.name > display_width(tree) + 3 ? shares.name - display_width(tree) : 3;
  std::string name = printable(row.name);
  if (row.linked && row.kind == row_kind::span) name += style.ascii ? " (linked)" : " ↪";
  if (failed) name.insert(0, style.ascii ? "x " : "✗ ");
  name = padded(name, left, alignment::left, dots);

  std::string duration = duration_text(row.duration);
  if (row.kind == row_kind::wait) duration = figure_text(figure_of(trace.waits[row.wait]), style.ascii);
  if (row.kind == row_kind::span && row.record != nullptr && row.record->end == 0) duration = "?";
  duration = padded(duration, shares.duration, alignment::right, dots);

  const std::string service = padded(printable(row.service), shares.service, alignment::left, dots);
  const std::string bar = draw_bar(row, axis, style);

  std::string line = style.inked(tree, ink::dim);
  if (row.kind == row_kind::span) {
    const auto number = service_number(trace, row.service);
    line += failed ? style.inked(name, ink::error) : name;
    line.append(" ")
        .append(duration)
        .append("  ")
        .append(style.in_service_color(service, number))
        .append("  ");
    line += failed ? style.inked(bar, ink::error) : style.in_service_color(bar, number);
  } else {
    const ink how = row.kind == row_kind::wait ? ink::waiting : ink::dim;
    line += style.inked(name, how);
    line.append(" ")
        .append(style.inked(duration, row.kind == row_kind::wait ? ink::strong : ink::dim))
        .append("  ");
    line.append(service).append("  ").append(style.inked(bar, how));
  }
  const auto end = line.find_last_not_of(' ');
  return line.erase(end == std::string::npos ? 0 : end + 1).append("\n");
}

}  // namespace

std::string draw_waterfall(const explained_trace& trace, const terminal_style& wanted) {
  terminal_style style = wanted;
  style.width = std::max<std::size_t>(style.width, 50);
  std::string out = paragraph(printable(trace.verdict), style.width, "",
                              [&](std::string_view line) { return style.inked(line, ink::strong); });
  out += '\n';

  const columns shares = divide(trace, style.width);
  const time_range whole{trace.start, trace.start + trace.duration};
  const auto axis =
      time_axis::lay_out(whole, busy_times(trace), {.columns = static_cast<double>(shares.bars)});
  const auto lines = connect_rows(trace.rows, deepest_drawn);
  const std::size_t shown = std::min(trace.rows.size(), style.most_rows);
  for (std::size_t i = 0; i < shown; ++i)
    out += draw_row(trace, trace.rows[i], lines[i], shares, axis, style);
  if (shown < trace.rows.size()) {
    out += style.inked(
        "and " + std::to_string(trace.rows.size() - shown) + " more rows: --rows N, or --json for all\n",
        ink::dim);
  }
  if (!trace.problems.empty()) out += '\n';
  for (const auto& problem : trace.problems) {
    out += paragraph(printable(problem.sentence), style.width, "! ",
                     [&](std::string_view line) { return style.inked(line, ink::plain); });
  }
  return out;
}

}  // namespace waybill::inline v0::views
