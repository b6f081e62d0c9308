#include <waybill/views/terminal/trace_table.hpp>

#include <waybill/analysis/duration_text.hpp>
#include <waybill/views/terminal/display_text.hpp>
#include <waybill/views/terminal/figure_text.hpp>

#include <algorithm>
#include <ctime>

namespace waybill::inline v0::views {
namespace {

constexpr std::size_t id_width = 8;
constexpr std::size_t time_width = 8;
constexpr std::size_t duration_width = 9;
constexpr std::size_t error_width = 6;

std::string start_text(unix_nanos start, unix_nanos now) {
  const auto broken_down = [](unix_nanos nanos) {
    const std::time_t seconds = nanos / 1'000'000'000;
    std::tm local{};
    localtime_r(&seconds, &local);
    return local;
  };
  const std::tm then = broken_down(start);
  const std::tm today = broken_down(now);
  const bool same_day = then.tm_year == today.tm_year && then.tm_yday == today.tm_yday;
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, same_day ? "%H:%M:%S" : "%y-%m-%d", &then);
  return {text, size};
}

std::string wait_text(const trace_summary& trace, bool ascii) {
  if (!trace.wait) return "-";
  std::string text = figure_text(trace.wait->figure, ascii);
  if (!trace.wait->queue.empty()) text.append(" ").append(printable(trace.wait->queue));
  return text;
}

std::string services_text(const trace_summary& trace, bool ascii) {
  std::string text;
  for (const auto name : trace.services) {
    if (!text.empty()) text += ascii ? " > " : " › ";
    text += printable(name);
  }
  return text;
}

// The widest text of a column, its heading included.
template <class Text>
std::size_t widest(const std::vector<trace_summary>& traces, std::string_view heading, Text&& text) {
  std::size_t width = heading.size();
  for (const auto& trace : traces) width = std::max(width, display_width(text(trace)));
  return width;
}

struct table_columns {
  std::size_t name;
  std::size_t services;
  std::size_t wait;
  bool errors;
};

// The name takes what the others leave; services give way first, then the queue's name behind the wait.
table_columns divide(const std::vector<trace_summary>& traces, const terminal_style& style) {
  table_columns columns{.name = 0, .services = 0, .wait = 0, .errors = false};
  columns.errors = std::ranges::any_of(traces, [](const auto& trace) { return trace.errors != 0; });
  columns.services =
      widest(traces, "SERVICES", [&](const auto& trace) { return services_text(trace, style.ascii); });
  columns.wait =
      widest(traces, "LONGEST WAIT", [&](const auto& trace) { return wait_text(trace, style.ascii); });
  const std::size_t fixed =
      id_width + 2 + time_width + 2 + 2 + 1 + duration_width + 2 + (columns.errors ? 2 + error_width : 0);
  const std::size_t free = std::max<std::size_t>(style.width, 72) - fixed;
  columns.wait = std::min(columns.wait, free * 2 / 5);
  columns.services = std::min(columns.services, std::max<std::size_t>(8, (free - columns.wait) / 2));
  columns.name = free - columns.wait - columns.services;
  return columns;
}

}  // namespace

std::string draw_trace_table(const std::vector<trace_summary>& traces, const terminal_style& style,
                             unix_nanos now) {
  if (traces.empty()) return "no traces yet\n";
  const auto dots = style.ascii ? ellipsis::ascii : ellipsis::unicode;
  const table_columns columns = divide(traces, style);
  const auto line = [&](const std::string& id, const std::string& time, const std::string& name,
                        const std::string& services, const std::string& duration, const std::string& wait,
                        const std::string& errors, bool heading) {
    std::string text =
        style.inked(padded(id, id_width, alignment::left, dots), heading ? ink::dim : ink::strong);
    text.append("  ").append(padded(time, time_width, alignment::left, dots));
    text.append("  ").append(padded(name, columns.name, alignment::left, dots));
    text.append("  ").append(padded(services, columns.services, alignment::left, dots));
    text.append(" ").append(padded(duration, duration_width, alignment::right, dots));
    const std::string waited = padded(wait, columns.wait, alignment::left, dots);
    text.append("  ").append(style.inked(waited, heading ? ink::dim : ink::waiting));
    if (columns.errors) text.append("  ").append(style.inked(errors, heading ? ink::dim : ink::error));
    const auto end = text.find_last_not_of(' ');
    return text.erase(end == std::string::npos ? 0 : end + 1) + "\n";
  };

  std::string out = line("TRACE", "STARTED", "NAME", "SERVICES", "DURATION", "LONGEST WAIT", "ERRORS", true);
  for (const auto& trace : traces) {
    if (trace.name.empty() && trace.services.empty() && trace.start == 0) {  // only what the store says of it
      out += line(trace.trace.to_hex().substr(0, id_width), "-", "can't be read: see waybill show", "", "-",
                  "-", "", false);
      continue;
    }
    out +=
        line(trace.trace.to_hex().substr(0, id_width), start_text(trace.start, now), printable(trace.name),
             services_text(trace, style.ascii), duration_text(trace.duration), wait_text(trace, style.ascii),
             trace.errors == 0 ? std::string{} : std::to_string(trace.errors), false);
  }
  return out;
}

}  // namespace waybill::inline v0::views
