#include <waybill/analysis/span_forest.hpp>

#include <waybill/analysis/instant.hpp>

#include <algorithm>
#include <utility>

namespace waybill::inline v0 {
namespace {

bool same_id(const span_record& a, const span_record& b) noexcept {
  return a.trace == b.trace && a.span == b.span;
}

// How much a record says: of two with one id the fuller one is kept.
std::pair<bool, std::size_t> completeness(const span_record& span) noexcept {
  return {span.end != 0, span.attributes.size() + span.events.size() + span.links.size()};
}

bool same_content(const span_record& a, const span_record& b) noexcept {
  return a.name == b.name && a.start == b.start && a.end == b.end && a.parent == b.parent && a.kind == b.kind;
}

void mark(span_node& node, oddity what) noexcept {
  node.oddities = node.oddities | what;
}

}  // namespace

span_forest::span_forest(const span_batch& batch) {
  collect(batch);
  join_parents();
  cut_cycles();
  list_children();
  settle_times();
}

void span_forest::collect(const span_batch& batch) {
  std::vector<const span_record*> records;
  records.reserve(batch.span_count());
  batch.for_each_span([&](const span_record& span) { records.push_back(&span); });
  std::ranges::stable_sort(records, [](const span_record* a, const span_record* b) {
    if (const auto order = a->trace <=> b->trace; order != 0) return order < 0;
    return a->span < b->span;
  });
  nodes_.reserve(records.size());
  for (const span_record* record : records) {
    if (nodes_.empty() || !same_id(*nodes_.back().record, *record)) {
      nodes_.emplace_back().record = record;
      continue;
    }
    if (!same_content(*nodes_.back().record, *record)) mark(nodes_.back(), oddity::repeated);
    if (completeness(*record) > completeness(*nodes_.back().record)) nodes_.back().record = record;
  }
  for (auto& node : nodes_) node.sender = senders_.number_of(node.record->resource);
}

node_number span_forest::find(const trace_id& trace, const span_id& span) const noexcept {
  const auto at = std::ranges::lower_bound(nodes_, std::pair{trace, span}, {}, [](const span_node& node) {
    return std::pair{node.record->trace, node.record->span};
  });
  if (at == nodes_.end() || at->record->trace != trace || at->record->span != span) return no_node;
  return static_cast<node_number>(at - nodes_.begin());
}

void span_forest::join_parents() {
  for (auto& node : nodes_) {
    if (!node.record->parent) continue;
    if (*node.record->parent == node.record->span) {
      mark(node, oddity::own_parent);
      continue;
    }
    node.parent = find(node.record->trace, *node.record->parent);
    if (node.parent == no_node) mark(node, oddity::orphan);
  }
}

// Follows each chain of parents upwards, marking the spans it passes with the number of the walk. Meeting a
// span of the same walk again closes a cycle, which is cut above its earliest span.
void span_forest::cut_cycles() {
  std::vector<std::uint32_t> walk_of(nodes_.size(), 0);
  std::uint32_t walk = 0;
  for (node_number from = 0; from < nodes_.size(); ++from) {
    ++walk;
    node_number at = from;
    while (at != no_node && walk_of[at] == 0) {
      walk_of[at] = walk;
      at = nodes_[at].parent;
    }
    if (at == no_node || walk_of[at] != walk) continue;
    node_number earliest = at;
    for (node_number next = nodes_[at].parent; next != at; next = nodes_[next].parent) {
      if (nodes_[next].record->start < nodes_[earliest].record->start) earliest = next;
    }
    mark(nodes_[earliest], oddity::in_cycle);
    nodes_[earliest].parent = no_node;
  }
}

void span_forest::list_children() {
  std::vector<node_number> order(nodes_.size());
  for (node_number node = 0; node < nodes_.size(); ++node) order[node] = node;
  std::ranges::stable_sort(order, {}, [this](node_number node) { return nodes_[node].record->start; });

  for (const auto& node : nodes_) {
    if (node.parent != no_node) ++nodes_[node.parent].child_count;
  }
  std::uint32_t used = 0;
  for (auto& node : nodes_) {
    node.first_child = used;
    used += std::exchange(node.child_count, 0U);
  }
  children_.resize(used);
  for (const node_number node : order) {
    if (const node_number parent = nodes_[node].parent; parent == no_node) {
      roots_.push_back(node);
    } else {
      children_[nodes_[parent].first_child + nodes_[parent].child_count++] = node;
    }
  }
}

// Parents before children, so that a span without a usable start can take its parent's.
void span_forest::settle_times() {
  std::vector<node_number> to_do(roots_.rbegin(), roots_.rend());
  while (!to_do.empty()) {
    auto& node = nodes_[to_do.back()];
    to_do.pop_back();
    const span_record& record = *node.record;
    const span_node* const parent = node.parent == no_node ? nullptr : &nodes_[node.parent];
    node.start = record.start;
    node.end = record.end;
    if (!is_plausible(record.start)) {
      mark(node, oddity::absurd_time);
      node.start = node.end = parent != nullptr ? parent->start : 0;
    } else if (!is_plausible(record.end)) {
      mark(node, record.end == 0 ? oddity::unfinished : oddity::absurd_time);
      node.end = node.start;
    } else if (record.end < record.start) {
      mark(node, oddity::ends_before_start);
      node.end = node.start;
    }
    if (parent != nullptr && parent->start != 0 && node.start < parent->start - clock_rounding) {
      mark(node, oddity::starts_before_parent);
    }
    for (const node_number child : children(static_cast<node_number>(&node - nodes_.data())))
      to_do.push_back(child);
  }
}

}  // namespace waybill::inline v0
