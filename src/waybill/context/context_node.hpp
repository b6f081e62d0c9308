// What is current on a thread: a stack of nodes.
//
// Nodes are pooled, never on the user's stack or in a coroutine frame, so that a scope that ends in the wrong order or on
// another thread leaves nothing dangling.
#pragma once

#include <waybill/context/trace_context.hpp>

#include <atomic>
#include <cstdint>
#include <optional>

namespace waybill::inline v0 {

struct context_node {
  enum class state : std::uint8_t { open, ended, orphaned };

  context_node* below;         // touched by the owner only
  context_node* const* owner;  // the owner's `current_node`; compared, never followed
  std::atomic<state> now;      // open → ended (by whoever ends it) or orphaned (its thread is gone)
  std::optional<span_id> backend_span;  // what a tracing_backend said was current when this was entered
  std::int64_t clock_offset;            // wall minus steady clock at the local root, ns; 0: not read yet
  trace_context context;
  std::optional<std::int64_t> sent_due;  // see note_sent
};

// Default visibility and one definition for the whole process: two plug-ins with static copies of waybill share it.
// Read it through current(), which skips what has ended.
[[gnu::visibility("default")]] inline constinit thread_local context_node* current_node = nullptr;

}  // namespace waybill::inline v0
