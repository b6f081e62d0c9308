#include <waybill/analysis/handler_start.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

// A handler whose first own span begins this soon after its message arrived did not wait for another one.
constexpr std::int64_t prompt = 50'000'000;

}  // namespace

handler_start find_handler_start(const message_flow& flow, const delivery& one) noexcept {
  const auto& forest = flow.forest();
  const auto& span = forest[one.span];
  if (one.only_received) {
    // Asking began before the message was there; then the message came with the end of the receive.
    const bool asked_before =
        one.relation != sender_relation::parent || span.start < forest[one.sent_by].start;
    const auto received = asked_before ? span.end : span.start;
    return {.earliest = received, .latest = received, .open_end = true, .doubt = wait_rule::received};
  }

  if (one.handler != no_node)
    return {.earliest = forest[one.handler].start, .latest = forest[one.handler].start};
  const node_number child = flow.first_inside(one.span);
  const bool child_is_late = child != no_node && forest[child].start > span.start + prompt;
  const auto between = [&](unix_nanos latest, bool is_own_span, wait_rule why) {
    return handler_start{
        .earliest = span.start, .latest = latest, .latest_is_own_span = is_own_span, .doubt = why};
  };
  if (child_is_late && forest[child].start > span.end) {
    return between(forest[child].start, true, wait_rule::delivery);
  }
  const bool shared_span = one.in_batch && span.record->links.size() > 1;
  const bool starts_on_arrival = flow.step(one.span).tool->handler == handler_rule::delivered;
  const handler_start with_the_span{.earliest = span.start, .latest = span.start};
  if (!one.in_batch && !starts_on_arrival) return with_the_span;
  if (!shared_span && child != no_node && !child_is_late) return with_the_span;
  const bool is_own_span = !shared_span && child != no_node;
  return between(is_own_span ? forest[child].start : span.end, is_own_span,
                 one.in_batch ? wait_rule::batch : wait_rule::delivery);
}

}  // namespace waybill::inline v0
