// Spans by their parents: the trees of every trace in a batch, whatever the records claim.
//
// What strangers send may hold a span twice, name itself or a descendant as its parent, or lack the parent:
// the forest is always a forest, and each oddity is marked on the span it concerns. Building takes O(n log n)
// and no recursion.
#pragma once

#include <waybill/analysis/sender_table.hpp>
#include <waybill/record/span_batch.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace waybill::inline v0 {

using node_number = std::uint32_t;
inline constexpr node_number no_node = 0xFFFFFFFF;

// Bits: a span may be odd in several ways.
enum class oddity : std::uint8_t {
  none = 0,
  orphan = 1,      // names a parent that is not here
  repeated = 2,    // sent more than once, and the copies differ: the most complete one is kept
  own_parent = 4,  // names itself as its parent
  in_cycle = 8,    // is its own ancestor: cut off here
  ends_before_start = 16,
  unfinished = 32,             // has no end
  absurd_time = 64,            // its start is no time
  starts_before_parent = 128,  // by more than rounding: two clocks
};
constexpr oddity operator|(oddity a, oddity b) noexcept {
  return static_cast<oddity>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(oddity set, oddity one) noexcept {
  return (static_cast<unsigned>(set) & static_cast<unsigned>(one)) != 0;
}

struct span_node {
  const span_record* record = nullptr;
  node_number parent = no_node;
  std::uint32_t first_child = 0;  // in span_forest's list of children
  std::uint32_t child_count = 0;
  sender_number sender = 0;
  oddity oddities = oddity::none;
  unix_nanos start = 0;  // usable: plausible (an absurd one is its parent's), and
  unix_nanos end = 0;    // never before start
};

// Valid as long as the batch it was built from.
class span_forest {
 public:
  explicit span_forest(const span_batch& batch);

  std::size_t size() const noexcept { return nodes_.size(); }
  const span_node& operator[](node_number node) const noexcept { return nodes_[node]; }

  // Ordered by start.
  std::span<const node_number> children(node_number node) const noexcept {
    return std::span{children_}.subspan(nodes_[node].first_child, nodes_[node].child_count);
  }
  // Spans of any trace without a parent here, ordered by start.
  std::span<const node_number> roots() const noexcept { return roots_; }

  node_number find(const trace_id& trace, const span_id& span) const noexcept;

  sender_table& senders() noexcept { return senders_; }
  const sender_table& senders() const noexcept { return senders_; }

 private:
  void collect(const span_batch& batch);
  void join_parents();
  void cut_cycles();
  void list_children();
  void settle_times();

  std::vector<span_node> nodes_;  // ordered by (trace, span)
  std::vector<node_number> children_;
  std::vector<node_number> roots_;
  sender_table senders_;
};

}  // namespace waybill::inline v0
