#include <waybill/analysis/event_only.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

unix_nanos time_of(const log_record& log) noexcept {
  return log.time != 0 ? log.time : log.observed;
}

std::string_view name_of(const log_record& log) noexcept {
  const auto task = find_attribute(log.attributes, "task.name").as_text();
  if (!task.empty()) return task;
  return log.event_name.empty() ? log.body.as_text() : log.event_name;
}

}  // namespace

void describe_by_events(explained_trace& trace) {
  if (!trace.rows.empty() || trace.logs.empty()) return;
  trace.name = name_of(*trace.logs.front());
  trace.start = time_of(*trace.logs.front());
  trace.duration = std::max<std::int64_t>(time_of(*trace.logs.back()) - trace.start, 0);
  for (const auto* log : trace.logs) {
    const auto service = service_name(log->resource);
    const bool known = std::ranges::find(trace.services, service) != trace.services.end();
    if (!service.empty() && !known) trace.services.push_back(service);
  }
}

}  // namespace waybill::inline v0
