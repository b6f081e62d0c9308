#include <waybill/views/terminal/wait_table.hpp>

#include <waybill/analysis/duration_text.hpp>
#include <waybill/views/terminal/display_text.hpp>

#include <algorithm>
#include <array>

namespace waybill::inline v0::views {
namespace {

constexpr std::size_t count_width = 9;
constexpr std::size_t wait_width = 9;
constexpr std::size_t fixed = 2 * (2 + count_width) + 4 * (2 + wait_width);

std::string figure(const std::optional<std::int64_t>& wait) {
  return wait ? duration_text(*wait) : "-";
}

}  // namespace

std::string draw_wait_table(const std::vector<queue_waits>& queues, const terminal_style& style) {
  if (queues.empty()) return "no tasks in that time\n";
  const auto dots = style.ascii ? ellipsis::ascii : ellipsis::unicode;
  std::size_t name_width = 5;
  for (const auto& one : queues) name_width = std::max(name_width, display_width(printable(one.queue)));
  name_width = std::min(name_width, std::max<std::size_t>(style.width, fixed + 12) - fixed);

  const auto line = [&](const std::string& name, const std::array<std::string, 2>& counts,
                        const std::array<std::string, 4>& waits, bool heading) {
    std::string text =
        style.inked(padded(name, name_width, alignment::left, dots), heading ? ink::dim : ink::strong);
    for (const auto& one : counts) text.append("  ").append(padded(one, count_width, alignment::right, dots));
    for (const auto& one : waits) {
      text.append("  ").append(
          style.inked(padded(one, wait_width, alignment::right, dots), heading ? ink::dim : ink::waiting));
    }
    return text + "\n";
  };
  std::string out = line("QUEUE", {"TASKS", "UNKNOWN"}, {"P50", "P90", "P99", "LONGEST"}, true);
  std::uint64_t unknown = 0;
  std::uint64_t negative = 0;
  for (const auto& one : queues) {
    unknown += one.unknown;
    negative += one.negative;
    out += line(one.queue.empty() ? "?" : printable(one.queue),
                {std::to_string(one.tasks), std::to_string(one.unknown)},
                {figure(one.p50), figure(one.p90), figure(one.p99), figure(one.longest)}, false);
  }
  if (unknown != 0) {
    out += "Unknown: the task did not tell its own wait; waybill show works it out from the sender's span.\n";
  }
  if (negative != 0) {
    out +=
        std::to_string(negative) + " have a negative wait: two clocks differ. They are in no percentile.\n";
  }
  return out;
}

}  // namespace waybill::inline v0::views
