#include <waybill/analysis/handler_start.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

// A handler whose first own span begins this soon after its message arrived did not wait for another one.
constexpr std::int64_t prompt = 50'000'000;

// The first span that the worker made under this one.
node_number first_child(const span_forest& forest, node_number node) noexcept {
  for (const node_number child : forest.children(node)) {
    if (forest[child].sender == forest[node].sender) return child;
  }
  return no_node;
}

}  // namespace

handler_start find_handler_start(const message_flow& flow, const delivery& one) noexcept {
  const auto& forest = flow.forest();
  const auto& span = forest[one.span];
  if (one.only_received) {
    // Asking began before the message was there; then the message came with the end of the receive.
    const bool asked_before =
        one.relation != sender_relation::parent || span.start < forest[one.sent_by].start;
    const auto received = asked_before ? span.end : span.start;
    return {received, received, true, wait_rule::received};
  }

  const node_number child = first_child(forest, one.span);
  const bool child_is_late = child != no_node && forest[child].start > span.start + prompt;
  if (child_is_late && forest[child].start > span.end) {
    return {span.start, forest[child].start, false, wait_rule::delivery};
  }
  const bool shared_span = one.in_batch && span.record->links.size() > 1;
  const bool starts_on_arrival = flow.step(one.span).tool->handler == handler_rule::delivered;
  if (!one.in_batch && !starts_on_arrival) return {span.start, span.start, false, std::nullopt};
  if (!shared_span && child != no_node && !child_is_late)
    return {span.start, span.start, false, std::nullopt};
  const auto latest = shared_span || child == no_node ? span.end : forest[child].start;
  return {span.start, latest, false, one.in_batch ? wait_rule::batch : wait_rule::delivery};
}

}  // namespace waybill::inline v0
