#include <waybill/analysis/clock_relations.hpp>

#include <waybill/analysis/instant.hpp>

#include <algorithm>

namespace waybill::inline v0 {

clock_relations::clock_relations(const message_flow& flow) : senders_(flow.forest().senders()) {
  const auto& forest = flow.forest();
  for (node_number node = 0; node < forest.size(); ++node) {
    // A receive may well be older than the message it receives, and an engine's clock is nobody's here.
    const auto& step = flow.step(node);
    if (!has(forest[node].oddities, oddity::starts_before_parent) || step.role == message_role::receive)
      continue;
    if (step.tool != nullptr && step.tool->engine_clock) continue;
    note(forest[node].sender, forest[forest[node].parent].sender);
  }
  for (const auto& one : flow.deliveries()) {
    const auto& worker = flow.step(one.span);
    if (one.sent_by == no_node || one.only_received || worker.tool->engine_clock) continue;
    if (forest[one.span].start < forest[one.sent_by].start - clock_rounding) {
      note(forest[one.span].sender, forest[one.sent_by].sender);
    }
  }
  std::ranges::sort(disagreements_);
  disagreements_.erase(std::unique(disagreements_.begin(), disagreements_.end()), disagreements_.end());
}

void clock_relations::note(sender_number a, sender_number b) {
  if (a != b) disagreements_.emplace_back(std::min(a, b), std::max(a, b));
}

bool clock_relations::disagree(sender_number a, sender_number b) const noexcept {
  return std::ranges::binary_search(disagreements_, std::pair{std::min(a, b), std::max(a, b)});
}

bool clock_relations::same_clock(sender_number a, sender_number b) const noexcept {
  return senders_.same_clock(a, b) && !disagree(a, b);
}

}  // namespace waybill::inline v0
