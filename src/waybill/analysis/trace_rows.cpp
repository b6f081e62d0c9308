#include <waybill/analysis/trace_rows.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace waybill::inline v0 {
namespace {

constexpr std::int64_t shortest_gap = 1'000'000;
constexpr std::size_t most_waits_of_a_span = 20;  // rows of one span that works on a batch

// Builds the rows without recursion: a hostile chain may be as deep as it likes.
class row_builder {
 public:
  row_builder(const message_flow& flow, std::vector<queue_wait> waits, const trace_id& trace)
      : forest_(flow.forest()), all_waits_(std::move(waits)), trace_(trace), shown_(forest_.size(), false) {
    for (std::size_t i = 0; i < all_waits_.size(); ++i) {
      const auto& wait = all_waits_[i];
      if (wait.work != no_node) waits_of_.emplace_back(wait.work, i);
      if (wait.drawn != no_node) drawn_.emplace_back(wait.drawn, i);
      if (wait.work != no_node && wait.sent_by != no_node && is_elsewhere(wait.work)) {
        continued_.emplace_back(wait.sent_by, wait.work);
      }
    }
    for (auto* list : {&waits_of_, &drawn_})
      std::ranges::stable_sort(*list, {}, &std::pair<node_number, std::size_t>::first);
    std::ranges::sort(continued_);
  }

  laid_out_trace build() {
    std::vector<place> roots;
    for (const node_number root : forest_.roots()) {
      if (forest_[root].record->trace == trace_) roots.push_back({root, 0, no_gap, false});
    }
    to_do_.assign(roots.rbegin(), roots.rend());
    while (!to_do_.empty()) {
      const place next = to_do_.back();
      to_do_.pop_back();
      visit(next);
    }
    return std::move(out_);
  }

 private:
  static constexpr unix_nanos no_gap = 0;
  struct place {
    node_number node;
    std::uint32_t depth;
    unix_nanos gap_from;
    bool linked;
  };

  bool is_elsewhere(node_number node) const noexcept { return forest_[node].record->trace != trace_; }

  struct by_node {
    bool operator()(const auto& pair, node_number node) const noexcept { return pair.first < node; }
    bool operator()(node_number node, const auto& pair) const noexcept { return node < pair.first; }
  };
  template <class Value>
  static std::span<const std::pair<node_number, Value>> of(
      const std::vector<std::pair<node_number, Value>>& list, node_number node) {
    const auto range = std::equal_range(list.begin(), list.end(), node, by_node{});
    return {range.first, range.second};
  }

  void visit(const place& at) {
    if (shown_[at.node]) return;
    shown_[at.node] = true;
    const auto drawn = of(drawn_, at.node);
    if (!drawn.empty()) {
      const auto& wait = all_waits_[drawn.front().second];
      if (wait.work == no_node) add_wait(at, drawn.front().second);
      push_children(at, at.depth);
      return;  // the work's own wait row stands for it
    }
    bool waited = false;
    std::size_t count = 0;
    const auto waits = of(waits_of_, at.node);
    const auto sent_here = [&](const auto& one) {
      const node_number sender = all_waits_[one.second].sent_by;
      return sender != no_node && !is_elsewhere(sender);
    };
    // Of a batch that only links here, the other messages' waits are other traces' matter, whether those are here or not.
    const bool only_own = at.linked && std::ranges::any_of(waits, sent_here);
    for (const auto& [node, wait] : waits) {
      const auto sender = all_waits_[wait].sent_by;
      const bool from_here = only_own ? sent_here(std::pair{node, wait})
                                      : sender == no_node || !is_elsewhere(sender) || !at.linked;
      if (!from_here || ++count > most_waits_of_a_span) continue;
      add_wait(at, wait);
      waited = true;
    }
    const auto& span = forest_[at.node];
    if (!waited && at.gap_from != no_gap) add_gap(at);
    auto& row = add_row(at, row_kind::span);
    row.name = span.record->name;
    row.service = service_name(span.record->resource);
    row.start = span.start;
    row.duration = span.end - span.start;
    row.parent = span.record->parent;
    row.status = span.record->status;
    row.record = span.record;
    out_.nodes.push_back(at.node);
    push_children(at, at.depth + 1);
  }

  trace_row& add_row(const place& at, row_kind kind) {
    auto& row = out_.rows.emplace_back();
    row.kind = kind;
    row.depth = at.depth;
    row.linked = at.linked;
    row.span = forest_[at.node].record->span;
    return row;
  }

  void add_wait(const place& at, std::size_t number) {
    const auto& wait = all_waits_[number];
    for (const auto& [kind, duration] : wait.parts) {
      if (kind != wait_part_kind::scheduled && kind != wait_part_kind::backoff) continue;
      auto& before = add_row(at, row_kind::gap);
      before.name = to_text(kind);
      if (wait.sender != nullptr) before.parent = wait.sender->span;
      before.start = wait.from - duration;
      before.duration = duration;
    }
    auto& row = add_row(at, row_kind::wait);
    if (!wait.queue.empty()) {
      row.name.append("queued on \"").append(wait.queue).append("\"");
    } else {
      row.name.append("queued: ").append(wait.task.empty() ? forest_[at.node].record->name : wait.task);
    }
    row.span = wait.work_span;
    if (wait.sender != nullptr) row.parent = wait.sender->span;
    row.start = wait.from;
    row.duration = std::max<std::int64_t>(wait.to - wait.from, 0);
    row.wait = out_.waits.size();
    out_.waits.push_back(wait);
  }

  void add_gap(const place& at) {
    auto& row = add_row(at, row_kind::gap);
    row.name = "gap";
    row.parent = forest_[at.node].record->parent;
    row.start = at.gap_from;
    row.duration = forest_[at.node].start - at.gap_from;
  }

  void push_children(const place& at, std::uint32_t depth) {
    const auto& span = forest_[at.node];
    std::vector<place> below;
    unix_nanos busy_until = span.end;
    for (const node_number child : forest_.children(at.node)) {
      const auto start = forest_[child].start;
      const bool is_gap = span.end != 0 && start > busy_until && start - busy_until >= shortest_gap;
      below.push_back({child, depth, is_gap ? busy_until : no_gap, at.linked});
      busy_until = std::max(busy_until, forest_[child].end);
    }
    const auto own = below.size();
    for (const auto& [sender, work] : of(continued_, at.node)) below.push_back({work, depth, no_gap, true});
    if (below.size() != own) {
      std::ranges::stable_sort(below, {}, [this](const place& one) { return forest_[one.node].start; });
    }
    to_do_.insert(to_do_.end(), below.rbegin(), below.rend());
  }

  const span_forest& forest_;
  std::vector<queue_wait> all_waits_;
  const trace_id trace_;
  std::vector<bool> shown_;
  std::vector<std::pair<node_number, std::size_t>> waits_of_;   // by the work's span
  std::vector<std::pair<node_number, std::size_t>> drawn_;      // by the span that draws the wait
  std::vector<std::pair<node_number, node_number>> continued_;  // sender, work in another trace
  std::vector<place> to_do_;
  laid_out_trace out_;
};

}  // namespace

laid_out_trace lay_out(const message_flow& flow, std::vector<queue_wait> waits, const trace_id& trace) {
  return row_builder{flow, std::move(waits), trace}.build();
}

}  // namespace waybill::inline v0
