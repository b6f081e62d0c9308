#include <waybill/views/terminal/trace_table.hpp>

#include <waybill/analysis/duration_text.hpp>
#include <waybill/views/terminal/display_text.hpp>

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
  const auto& wait = *trace.wait;
  std::string text = "?";
  if (wait.duration) {
    text = (wait.exact ? "" : "~") + duration_text(*wait.duration);
  } else if (wait.at_most) {
    text = (ascii ? "<" : "≤ ") + duration_text(*wait.at_most);
  }
  if (!wait.queue.empty()) text.append(" ").append(printable(wait.queue));
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

}  // namespace

std::string draw_trace_table(const std::vector<trace_summary>& traces, const terminal_style& style,
                             unix_nanos now) {
  if (traces.empty()) return "no traces yet\n";
  const auto dots = style.ascii ? ellipsis::ascii : ellipsis::unicode;
  const std::size_t taken = id_width + 2 + time_width + 2 + 1 + duration_width + 2 + error_width;
  const std::size_t free = std::max<std::size_t>(style.width, 72) - taken - 4;
  const std::size_t wait_width = std::min<std::size_t>(22, free / 3);
  const std::size_t services_width = std::min<std::size_t>(24, free / 3);
  const std::size_t name_width = free - wait_width - services_width;

  const auto line = [&](std::string_view id, std::string_view time, std::string_view name,
                        std::string_view services, std::string_view duration, std::string_view wait,
                        std::string_view errors, ink how, bool failed) {
    std::string text = style.inked(padded(id, id_width, alignment::left, dots), how) + "  " +
                       padded(time, time_width, alignment::left, dots) + "  " +
                       padded(name, name_width, alignment::left, dots) + "  " +
                       padded(services, services_width, alignment::left, dots) + " " +
                       padded(duration, duration_width, alignment::right, dots) + "  " +
                       style.inked(padded(wait, wait_width, alignment::left, dots),
                                   how == ink::dim ? ink::dim : ink::waiting) +
                       "  " + (failed ? style.inked(errors, ink::error) : std::string{errors});
    const auto end = text.find_last_not_of(' ');
    return text.erase(end == std::string::npos ? 0 : end + 1) + "\n";
  };

  std::string out =
      line("TRACE", "STARTED", "NAME", "SERVICES", "DURATION", "LONGEST WAIT", "ERRORS", ink::dim, false);
  for (const auto& trace : traces) {
    out +=
        line(trace.trace.to_hex().substr(0, id_width), start_text(trace.start, now), printable(trace.name),
             services_text(trace, style.ascii), duration_text(trace.duration), wait_text(trace, style.ascii),
             trace.errors == 0 ? "" : std::to_string(trace.errors), ink::strong, trace.errors != 0);
  }
  return out;
}

}  // namespace waybill::inline v0::views
