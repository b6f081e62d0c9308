#include <waybill/analysis/explained_trace.hpp>

#include <waybill/analysis/event_only.hpp>
#include <waybill/analysis/instant.hpp>
#include <waybill/analysis/trace_rows.hpp>
#include <waybill/analysis/verdict.hpp>
#include <waybill/record/store_notes.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

void find_extent(explained_trace& out) {
  unix_nanos first = 0;
  unix_nanos last = 0;
  for (const auto& row : out.rows) {
    if (!is_plausible(row.start)) continue;
    if (first == 0 || row.start < first) first = row.start;
    last = std::max(last, row.start + row.duration);
  }
  out.start = first;
  out.duration = last - first;
  for (auto& row : out.rows) {
    if (!is_plausible(row.start)) row.start = first;  // nothing around it has a time either
  }
}

void count_services_and_errors(explained_trace& out) {
  for (const auto& row : out.rows) {
    if (row.kind != row_kind::span) continue;
    if (out.name.empty()) out.name = row.record->name;
    out.errors += row.status == status_code::error ? 1 : 0;
    if (!row.service.empty() && std::ranges::find(out.services, row.service) == out.services.end()) {
      out.services.push_back(row.service);
    }
  }
}

void collect_logs(explained_trace& out, const span_batch& records) {
  std::vector<std::pair<trace_id, span_id>> shown;
  for (const auto& row : out.rows) {
    if (row.record != nullptr) shown.emplace_back(row.record->trace, row.record->span);
  }
  std::ranges::sort(shown);
  records.for_each_log([&](const log_record& log) {
    if (!log.trace || store_notes::is_note(log.event_name)) return;
    if (*log.trace == out.trace ||
        (log.span && std::ranges::binary_search(shown, std::pair{*log.trace, *log.span}))) {
      out.logs.push_back(&log);
    }
  });
  std::ranges::stable_sort(out.logs, {},
                           [](const log_record* log) { return log->time != 0 ? log->time : log->observed; });
}

// What the store says of the trace; whether part of it has expired.
bool add_store_notes(problem_list& problems, const span_batch& records, const trace_id& trace) {
  bool has_expired = false;
  records.for_each_log([&](const log_record& log) {
    if (!log.trace || *log.trace != trace || !store_notes::is_note(log.event_name)) return;
    const bool expired = log.event_name == store_notes::expired;
    has_expired = has_expired || expired;
    problems.add(expired ? problem_kind::expired : problem_kind::unreadable, std::string{log.body.as_text()});
  });
  return has_expired;
}

// Senders whose message no span works on. Instrumentations nest their sending spans: one of a nest is enough.
void find_not_started(problem_list& problems, const message_flow& flow,
                      const std::vector<node_number>& shown) {
  const auto& forest = flow.forest();
  std::vector<bool> taken(forest.size(), false);
  for (const auto& one : flow.deliveries()) {
    if (one.sent_by != no_node) taken[one.sent_by] = true;
  }
  for (node_number node = 0; node < forest.size(); ++node) {
    if (flow.step(node).role == message_role::queued && forest[node].parent != no_node)
      taken[forest[node].parent] = true;
  }
  for (const node_number node : shown) {
    if (flow.step(node).role != message_role::enqueue || forest[node].record->status == status_code::error)
      continue;
    const auto parent = forest[node].parent;
    bool started = taken[node] || (parent != no_node && taken[parent]);
    for (const node_number child : forest.children(node)) {
      started = started || taken[child] || flow.step(child).role == message_role::enqueue;
    }
    if (!started) add_not_started(problems, flow, node);
  }
}

}  // namespace

std::string_view to_text(row_kind kind) noexcept {
  constexpr std::string_view words[] = {"span", "wait", "gap"};
  return words[static_cast<std::size_t>(kind)];
}

explained_trace explain(const span_batch& records, const trace_id& trace) {
  const span_forest forest{records};
  const message_flow flow{forest};
  const clock_relations clocks{flow};
  auto laid_out = lay_out(flow, find_waits(flow, clocks), trace);

  explained_trace out{.trace = trace,
                      .name = {},
                      .verdict = {},
                      .services = {},
                      .rows = std::move(laid_out.rows),
                      .waits = std::move(laid_out.waits),
                      .logs = {},
                      .problems = {}};
  find_extent(out);
  count_services_and_errors(out);
  collect_logs(out, records);
  describe_by_events(out);

  problem_list problems;
  const bool has_expired = add_store_notes(problems, records, trace);
  for (const node_number node : laid_out.nodes) add_oddities(problems, forest, node, has_expired);
  for (const auto& wait : out.waits) add_wait_problems(problems, flow, wait);
  find_not_started(problems, flow, laid_out.nodes);
  out.problems = problems.finish();
  out.verdict = write_verdict(out);
  return out;
}

}  // namespace waybill::inline v0
