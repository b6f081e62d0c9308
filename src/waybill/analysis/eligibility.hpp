// When a message could first have been taken for this try: sent, due, or given back after the try before.
#pragma once

#include <waybill/analysis/handler_start.hpp>

#include <optional>

namespace waybill::inline v0 {

struct eligibility {
  unix_nanos earliest = 0;
  unix_nanos latest = 0;
  wait_rule rule = wait_rule::sender_unseen;
  bool certain = false;                     // earliest is the time
  bool guessed = false;                     // certain, but for a little: the middle of a short span is taken
  bool seldom_otherwise = false;            // not certain, and only for a delay that few ask for
  std::optional<sender_number> clock = {};  // whose clock read them, where that is a sender's of this batch
  std::optional<unix_nanos> due = {};
};

// Empty when nothing is known. began: where the handler may have started, for rules that reach up to it.
std::optional<eligibility> find_eligibility(const message_flow& flow, const delivery& one,
                                            const handler_start& began);

}  // namespace waybill::inline v0
