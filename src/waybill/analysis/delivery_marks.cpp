#include <waybill/analysis/delivery_marks.hpp>

#include <waybill/analysis/instant.hpp>

#include <algorithm>
#include <span>
#include <tuple>
#include <unordered_set>

namespace waybill::inline v0 {
namespace {

constexpr std::int64_t between_handlers = 50'000'000;  // of one batch, at most

bool is_work(const message_flow& flow, node_number node) noexcept {
  return flow.step(node).role == message_role::process;
}

bool names_related(std::string_view a, std::string_view b) noexcept {
  if (a.size() < 3 || b.size() < 3) return false;
  return a.find(b) != std::string_view::npos || b.find(a) != std::string_view::npos;
}

// works: in the order of their starts.
void mark_overlapping(const span_forest& forest, std::span<const node_number> works,
                      std::vector<bool>& together) {
  node_number longest = no_node;
  for (const node_number work : works) {
    if (longest != no_node && forest[work].start < forest[longest].end - clock_rounding) {
      together[work] = together[longest] = true;
    }
    if (longest == no_node || forest[work].end > forest[longest].end) longest = work;
  }
}

// One span beside them for each, one after another from the receive's start to its end: the handlers, in the order of
// the messages.
void mark_handlers(const message_flow& flow, node_number parent, std::span<const node_number> works,
                   std::vector<node_number>& handler_of) {
  const auto& forest = flow.forest();
  std::vector<node_number> handlers;
  for (const node_number child : forest.children(parent)) {
    if (flow.step(child).role == message_role::none && forest[child].sender == forest[parent].sender)
      handlers.push_back(child);
  }
  if (works.size() < 2 || handlers.size() != works.size()) return;
  unix_nanos before = forest[works.front()].start;
  for (const node_number handler : handlers) {
    const auto pause = saturating_difference(forest[handler].start, before);
    if (pause < -clock_rounding || pause > between_handlers) return;
    before = forest[handler].end;
  }
  const bool all_inside = std::ranges::all_of(works, [&](node_number work) {
    return flow.first_inside(work) == no_node &&
           std::abs(saturating_difference(forest[work].end, before)) <= between_handlers;
  });
  if (!all_inside) return;
  for (std::size_t i = 0; i < works.size(); ++i) handler_of[works[i]] = handlers[i];
}

// Work under one parent that is not here: a poll's span arrives after those of its messages.
void mark_overlapping_orphans(const message_flow& flow, std::vector<bool>& together) {
  const auto& forest = flow.forest();
  const auto family = [&](node_number node) {
    return std::tuple{forest[node].record->trace, *forest[node].record->parent, forest[node].sender};
  };
  std::vector<node_number> orphans;
  for (const node_number root : forest.roots()) {
    if (has(forest[root].oddities, oddity::orphan) && is_work(flow, root)) orphans.push_back(root);
  }
  std::ranges::stable_sort(orphans, {}, family);  // roots are ordered by their starts
  for (auto first = orphans.begin(); first != orphans.end();) {
    const auto last =
        std::find_if(first, orphans.end(), [&](node_number node) { return family(node) != family(*first); });
    // One sender's message to many workers makes orphans of one family too, when the sender's span is missing.
    if (!forest[*first].record->links.empty()) mark_overlapping(forest, {first, last}, together);
    first = last;
  }
}

}  // namespace

void mark_batches(const message_flow& flow, std::vector<delivery>& deliveries) {
  const auto& forest = flow.forest();
  std::vector<bool> together(forest.size(), false);
  std::vector<node_number> handler_of(forest.size(), no_node);
  for (node_number parent = 0; parent < forest.size(); ++parent) {
    const auto role = flow.step(parent).role;
    if (role != message_role::receive && role != message_role::process) continue;
    std::vector<node_number> works;
    for (const node_number child : forest.children(parent)) {
      if (is_work(flow, child) && forest[child].sender == forest[parent].sender) works.push_back(child);
    }
    mark_overlapping(forest, works, together);
    const bool others_are_missing =
        flow.step(parent).said.batch_size.value_or(1) > static_cast<std::int64_t>(works.size());
    if (others_are_missing) {
      for (const node_number work : works) together[work] = true;
    } else if (!works.empty() && together[works.front()]) {
      mark_handlers(flow, parent, works, handler_of);
    }
  }
  mark_overlapping_orphans(flow, together);
  for (auto& one : deliveries) {
    one.in_batch = one.in_batch || together[one.span];
    one.handler = handler_of[one.span];
  }
}

void number_attempts(const message_flow& flow, std::vector<delivery>& deliveries) {
  const auto& forest = flow.forest();
  const auto message = [&](const delivery* one) {
    const auto& worker = flow.step(one->span);
    const auto consumer =
        worker.said.group.empty() ? forest.senders().service(forest[one->span].sender) : worker.said.group;
    return std::tuple{one->sent_by, worker.said.message_id, worker.queue, consumer};
  };
  std::vector<delivery*> ordered;
  for (auto& one : deliveries) {
    if (one.sent_by != no_node || flow.step(one.span).said.message_id.size() >= shortest_unique_id)
      ordered.push_back(&one);
  }
  std::ranges::stable_sort(ordered, {}, message);  // deliveries are ordered by start already

  const delivery* before = nullptr;
  std::uint32_t position = 0;
  for (delivery* one : ordered) {
    const auto& worker = flow.step(one->span);
    if (before == nullptr || message(before) != message(one)) position = 0;
    if (position == 0 || before->span != one->span) ++position;

    const auto told = worker.attempt.value_or(1);
    one->attempt = std::max(told, position);
    if (position > 1 && before->span != one->span) {
      one->previous = before->span;
      one->may_be_another = worker.said.message_id.empty();
      one->earlier_unseen = told > before->attempt + 1;
    } else if (position == 1) {
      one->earlier_unseen = worker.said.redelivered || (told > 1 && !worker.tool->retry_is_message);
    }
    before = one;
  }
  for (auto& one : deliveries) {
    if (one.attempt == 1) one.attempt = flow.step(one.span).attempt.value_or(1);
  }
}

void mark_siblings(std::vector<delivery>& deliveries) {
  std::unordered_set<node_number> seen;
  for (auto& one : deliveries) {  // ordered by start
    if (one.sent_by == no_node && one.surrounding != no_node)
      one.may_be_another = !seen.insert(one.surrounding).second;
  }
}

void mark_republished(const message_flow& flow, std::vector<delivery>& deliveries) {
  const auto& forest = flow.forest();
  std::vector<std::uint32_t> attempt_at(forest.size(), 1);
  for (auto& one : deliveries) {
    attempt_at[one.span] = one.attempt;
    if (one.sent_by == no_node || one.previous != no_node) continue;
    const auto& sent = flow.step(one.sent_by);
    node_number around = one.sent_by;
    for (int hop = 0; hop < most_hops && around != no_node; ++hop) {
      around = forest[around].parent;
      if (around != no_node && (forest[around].sender != forest[one.sent_by].sender || is_work(flow, around)))
        break;
    }
    if (around == no_node || !is_work(flow, around)) continue;
    const auto& worked_on = flow.step(around);
    const auto& id = worked_on.said.message_id;
    const auto& key = worked_on.said.message_key;
    const bool same_id = !id.empty() && id == flow.step(one.span).said.message_id;
    const bool same_key =
        !key.empty() && key == sent.said.message_key && names_related(worked_on.queue, sent.queue);
    if (!same_id && !same_key) continue;
    one.republished = true;
    one.previous = around;
    if (one.attempt == 1) attempt_at[one.span] = one.attempt = attempt_at[around] + 1;
  }
}

void mark_later_steps(const message_flow& flow, std::vector<delivery>& deliveries) {
  std::vector<delivery*> steps;
  for (auto& one : deliveries) {
    const auto& worker = flow.step(one.span);
    if (worker.tool->run_has_steps && !worker.said.run.empty() && worker.said.run != worker.said.message_id) {
      steps.push_back(&one);
    }
  }
  const auto run_of = [&](const delivery* one) { return flow.step(one->span).said.run; };
  std::ranges::stable_sort(steps, {}, run_of);
  const delivery* first = nullptr;
  for (delivery* one : steps) {
    if (first == nullptr || run_of(first) != run_of(one)) first = one;
    one->follows_step = flow.step(first->span).said.message_id != flow.step(one->span).said.message_id;
  }
}

}  // namespace waybill::inline v0
