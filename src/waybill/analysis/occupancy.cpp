#include <waybill/analysis/occupancy.hpp>

#include <waybill/analysis/instant.hpp>

#include <algorithm>
#include <limits>
#include <tuple>

namespace waybill::inline v0 {
namespace {

constexpr std::int64_t prompt = 150'000'000;  // from the end of one task to the start of the next
constexpr int most_looked_at = 256;           // tasks of one worker during one wait
constexpr std::size_t most_named = 8;

std::tuple<std::string_view, sender_number, unix_nanos> order(std::string_view worker, sender_number sender,
                                                              unix_nanos start) {
  return {worker, sender, start};
}

}  // namespace

std::string work_name(const message_flow& flow, node_number span) {
  std::string name{flow.step(span).task};
  if (name.empty()) return std::string{flow.forest()[span].record->name};
  if (flow.step(span).tool->tool == "waybill") std::ranges::replace(name, '/', ':');
  return name;
}

occupancy::occupancy(const message_flow& flow) : flow_(flow) {
  const auto& forest = flow.forest();
  for (node_number node = 0; node < forest.size(); ++node) {
    if (flow.step(node).role == message_role::opens) openings_.push_back(node);
    if (flow.step(node).role != message_role::process || forest[node].start == forest[node].end) continue;
    const auto one = describe(node);
    const bool is_inside_other =
        forest[node].parent != no_node && flow.step(forest[node].parent).role == message_role::process;
    if (knows_worker(one) || (one.sender != 0 && !is_inside_other)) busy_.push_back(one);
  }
  std::ranges::sort(busy_, {}, [](const busy& one) { return order(one.worker, one.sender, one.start); });
}

// A worker's id is unique among its tool's workers; without one, only a process that is known as such will
// do.
occupancy::busy occupancy::describe(node_number span) const noexcept {
  const auto& node = flow_.forest()[span];
  const auto worker = flow_.step(span).said.worker;
  return {worker, node.sender, node.start, node.end, span};
}

bool occupancy::knows_worker(const busy& one) const noexcept {
  return !one.worker.empty() || flow_.forest().senders().same_clock(one.sender, one.sender);
}

bool occupancy::is_on_known_host(const busy& one) const noexcept {
  return !flow_.forest().senders().host(one.sender).empty();
}

// Where what the worker of this one began at a time or later begins, or what comes after it.
std::vector<occupancy::busy>::const_iterator occupancy::first_since(const busy& self,
                                                                    unix_nanos time) const noexcept {
  return std::ranges::lower_bound(busy_, order(self.worker, self.sender, time), {},
                                  [](const busy& one) { return order(one.worker, one.sender, one.start); });
}

bool occupancy::worked_before(node_number work) const noexcept {
  const auto self = describe(work);
  if (!knows_worker(self)) return false;
  const auto at = first_since(self, std::numeric_limits<unix_nanos>::min());
  return at != busy_.end() && at->worker == self.worker && at->sender == self.sender &&
         at->start < self.start;
}

const span_record* occupancy::opened_by(node_number work, unix_nanos from) const noexcept {
  const auto& forest = flow_.forest();
  const auto& step = flow_.step(work);
  for (const node_number node : openings_) {
    const auto& opening = forest[node];
    if (opening.start > from && opening.end <= forest[work].start + prompt &&
        opening.end >= forest[work].start - prompt && flow_.step(node).queue == step.queue &&
        flow_.step(node).system == step.system) {
      return opening.record;
    }
  }
  return nullptr;
}

bool occupancy::began_nothing_since(node_number work, unix_nanos from) const noexcept {
  const auto self = describe(work);
  if (self.sender == 0) return false;
  const auto at = first_since(self, self.start);
  if (at == busy_.begin()) return true;
  const auto& before = *std::prev(at);
  return before.worker != self.worker || before.sender != self.sender || before.start < from;
}

bool occupancy::one_at_a_time(node_number work, unix_nanos from, unix_nanos to) const {
  const auto self = describe(work);
  std::vector<std::pair<unix_nanos, unix_nanos>> inside;
  auto at = first_since(self, to);
  for (int looked_at = 0; at != busy_.begin() && looked_at < most_looked_at; ++looked_at) {
    --at;
    if (at->worker != self.worker || at->sender != self.sender) break;
    const node_number own = flow_.first_inside(at->span);
    if (at->end > from && own != no_node) inside.emplace_back(flow_.forest()[own].start, at->end);
  }
  std::ranges::sort(inside);
  for (std::size_t i = 1; i < inside.size(); ++i) {
    if (inside[i].first < inside[i - 1].second - clock_rounding) return false;
  }
  return true;
}

std::string occupancy::worker_name(node_number work) const {
  const auto worker = flow_.step(work).said.worker;
  const auto service = flow_.forest().senders().service(flow_.forest()[work].sender);
  const bool is_uuid = worker.size() == 36 && worker[8] == '-' && worker[13] == '-';
  if (worker.empty() || is_uuid) return std::string{service};
  return std::string{worker};
}

std::vector<blocker> occupancy::blockers_of(node_number work, unix_nanos from, unix_nanos to) const {
  const auto self = describe(work);
  const bool is_one_worker = knows_worker(self);
  if (to <= from || (!is_one_worker && !is_on_known_host(self))) return {};

  auto at = first_since(self, to);
  std::vector<busy> meanwhile;  // cut to the wait
  bool freed_just_before = false;
  for (int looked_at = 0; at != busy_.begin() && looked_at < most_looked_at; ++looked_at) {
    --at;
    if (at->worker != self.worker || at->sender != self.sender) break;
    if (at->span == work || at->end <= from) continue;
    freed_just_before = freed_just_before || (at->end <= to + prompt && at->end >= to - prompt);
    meanwhile.push_back(*at);
    meanwhile.back().start = std::max(at->start, from);
    meanwhile.back().end = std::min(at->end, to);
  }
  std::ranges::sort(meanwhile, {}, &busy::start);
  std::int64_t pauses = 0;
  unix_nanos busy_until = from;
  for (const auto& one : meanwhile) {
    if (!is_one_worker && one.start < busy_until - clock_rounding && busy_until > from) return {};
    pauses += std::max<std::int64_t>(one.start - busy_until, 0);
    busy_until = std::max(busy_until, one.end);
  }
  pauses += to - busy_until;
  if (!freed_just_before || pauses > std::max(prompt, (to - from) / 10)) return {};

  std::ranges::stable_sort(meanwhile, std::ranges::greater{},
                           [](const busy& one) { return one.end - one.start; });
  if (meanwhile.size() > most_named) meanwhile.resize(most_named);
  std::vector<blocker> found;
  found.reserve(meanwhile.size());
  for (const auto& one : meanwhile) {
    found.push_back({flow_.forest()[one.span].record, work_name(flow_, one.span), worker_name(one.span),
                     one.end - one.start});
  }
  return found;
}

}  // namespace waybill::inline v0
