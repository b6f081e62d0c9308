#include <waybill/analysis/message_flow.hpp>

#include <waybill/analysis/delivery_marks.hpp>
#include <waybill/analysis/instant.hpp>
#include <waybill/record/wait_names.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

constexpr std::size_t most_links = 1000;  // of one span; a poll hands out no more

}  // namespace

message_flow::message_flow(const span_forest& forest)
    : forest_(forest), step_of_(forest.size(), 0), steps_(1), receive_used_(forest.size(), false) {
  recognise_steps();
  for (const auto role : {message_role::process, message_role::receive}) {
    for (node_number node = 0; node < forest_.size(); ++node) {
      if (step(node).role == role) add_deliveries(node);
    }
  }
  std::ranges::stable_sort(deliveries_, {}, [this](const delivery& one) { return forest_[one.span].start; });
  mark_batches(*this, deliveries_);
  number_attempts(*this, deliveries_);
  mark_siblings(deliveries_);
  mark_republished(*this, deliveries_);
  mark_later_steps(*this, deliveries_);
}

void message_flow::recognise_steps() {
  for (node_number node = 0; node < forest_.size(); ++node) {
    const auto found = recognise(*forest_[node].record);
    if (found.role == message_role::none) continue;
    step_of_[node] = static_cast<std::uint32_t>(steps_.size());
    steps_.push_back(found);
    if (found.role == message_role::enqueue && found.said.message_id.size() >= shortest_unique_id) {
      sent_by_id_.push_back({found.said.message_id, node});
    }
  }
  std::ranges::stable_sort(sent_by_id_, {}, &sent_message::id);
}

node_number message_flow::first_inside(node_number node) const noexcept {
  for (const node_number child : forest_.children(node)) {
    if (forest_[child].sender == forest_[node].sender) return child;
  }
  return no_node;
}

message_flow::route_up message_flow::climb(node_number from) const noexcept {
  route_up route;
  const auto sender = forest_[from].sender;
  const auto began = forest_[from].start;
  for (int hop = 0; hop < most_hops; ++hop) {
    // One SDK may say as little of two processes as to make them look like one; a span with a remote parent tells.
    const bool from_elsewhere = has_remote_parent(*forest_[from].record);
    from = forest_[from].parent;
    if (from == no_node) return route;
    switch (step(from).role) {
      case message_role::enqueue:
        route.sent_by = from;
        return route;
      case message_role::process:
        // What begins after the work around it has ended was sent from within, by a call that left no span.
        if (forest_[from].end <= began) {
          route.surrounding = from;
          return route;
        }
        route.inside_other_work = true;
        return route;
      case message_role::receive:
        route.received_by = from;
        break;
      case message_role::none:
      case message_role::queued:
      case message_role::opens:
        if (from_elsewhere || forest_[from].sender != sender) {
          route.surrounding = from;
          return route;
        }
    }
  }
  return route;
}

bool message_flow::follow_link(const span_link& link, delivery& to) const noexcept {
  node_number target = forest_.find(link.trace, link.span);
  for (int hop = 0; hop < most_hops && target != no_node; ++hop) {
    if (step(target).role == message_role::enqueue) {
      to.sent_by = target;
      return true;
    }
    if (step(target).role != message_role::receive) {
      if (to.surrounding == no_node) to.surrounding = target;
      return false;
    }
    if (to.received_by == no_node) to.received_by = target;
    const auto route = climb(target);
    if (route.sent_by != no_node) {
      to.sent_by = route.sent_by;
      return true;
    }
    const auto& links = forest_[target].record->links;
    if (links.size() != 1) return false;
    target = forest_.find(links.front().trace, links.front().span);
  }
  return false;
}

// The latest of that id that was sent before the work began: a retry sends the same id again, from within the work.
node_number message_flow::sender_by_id(const messaging_span& worker, node_number node) const noexcept {
  const auto id = worker.said.message_id;
  if (id.size() < shortest_unique_id) return no_node;
  node_number latest = no_node;
  auto at = std::ranges::lower_bound(sent_by_id_, id, {}, &sent_message::id);
  for (std::size_t looked_at = 0; looked_at < most_links && at != sent_by_id_.end() && at->id == id;
       ++looked_at, ++at) {
    const auto start = forest_[at->node].start;
    if (step(at->node).system != worker.system || start > forest_[node].start + clock_rounding) continue;
    if (latest == no_node || start > forest_[latest].start) latest = at->node;
  }
  return latest;
}

delivery message_flow::look_upwards(node_number node) const noexcept {
  const auto route = climb(node);
  delivery one;
  one.span = node;
  one.sent_by = route.sent_by;
  one.surrounding = route.surrounding;
  one.received_by = route.received_by;
  one.only_received = step(node).role == message_role::receive;
  // waybill's own: the span that is the parent is the one that sent it, whatever its kind.
  if (one.sent_by == no_node && is_own(node) && !route.inside_other_work) one.sent_by = forest_[node].parent;
  if (one.sent_by != no_node) one.relation = sender_relation::parent;
  one.inside_other_work = route.inside_other_work;
  return one;
}

// One delivery for each link that leads to a sender. False if none does.
bool message_flow::add_linked(delivery& one, std::span<const span_link> links) {
  one.in_batch = links.size() > 1 && step(one.span).said.batch_size.value_or(2) != 1;
  bool added = false;
  const delivery unlinked = one;  // what one link leads to says nothing of the next
  for (const auto& link : links.first(std::min(links.size(), most_links))) {
    delivery linked = unlinked;
    if (!follow_link(link, linked)) {
      if (one.surrounding == no_node) one.surrounding = linked.surrounding;
      // waybill's own batch says of each message how long it waited, whether its sender is seen or not.
      const bool measured = !find_attribute(link.attributes, wait_names::wait_duration).is_absent();
      if (!measured && (linked.surrounding == no_node || !is_own(one.span))) continue;
      linked.sent_by = linked.surrounding;
    }
    linked.link = &link;
    linked.relation = sender_relation::link;
    if (linked.received_by != no_node) receive_used_[linked.received_by] = true;
    deliveries_.push_back(linked);
    added = true;
  }
  return added;
}

void message_flow::add_deliveries(node_number node) {
  const auto& worker = step(node);
  const bool is_receive = worker.role == message_role::receive;
  if (is_receive && receive_used_[node]) return;

  const auto& record = *forest_[node].record;
  delivery one = look_upwards(node);
  if (one.sent_by == no_node && !record.links.empty() && add_linked(one, record.links)) return;
  if (one.sent_by == no_node && one.received_by != no_node) {
    const auto received =
        forest_[one.received_by].record->links;  // of several, nobody says which message this is
    if (received.size() == 1 && follow_link(received.front(), one)) one.relation = sender_relation::link;
  }
  if (one.sent_by == no_node && !one.inside_other_work) {
    one.sent_by = sender_by_id(worker, node);
    if (one.sent_by != no_node) one.relation = sender_relation::message_id;
  }
  if (one.received_by != no_node) receive_used_[one.received_by] = true;

  if (one.sent_by == no_node) {
    const bool may_be_poll = is_receive || worker.by_receive;
    if (is_receive || (may_be_poll && !record.parent && record.links.empty())) return;
    if (one.inside_other_work && record.links.empty() && !worker.said.own_wait) return;
  }
  deliveries_.push_back(one);
}

}  // namespace waybill::inline v0
