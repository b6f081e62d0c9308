// What is known about the clocks of two senders: one clock, two that disagree, or nothing.
#pragma once

#include <waybill/analysis/message_flow.hpp>

#include <utility>
#include <vector>

namespace waybill::inline v0 {

// Looks at every pair of cause and effect in a batch: a span that starts before its parent, work that begins
// before its message was being sent. One such pair taints all waits between the two senders.
class clock_relations {
 public:
  explicit clock_relations(const message_flow& flow);

  // On evidence only (sender_table::same_clock), and never against evidence.
  bool same_clock(sender_number a, sender_number b) const noexcept;
  bool disagree(sender_number a, sender_number b) const noexcept;

 private:
  void note(sender_number a, sender_number b);

  const sender_table& senders_;
  std::vector<std::pair<sender_number, sender_number>> disagreements_;  // ordered; the smaller number first
};

}  // namespace waybill::inline v0
