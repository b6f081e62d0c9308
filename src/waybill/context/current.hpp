// The one ambient thing: which context this thread is in. Everything else takes its context as a parameter.
//
// A stack of nodes per thread. Nodes are pooled, never on the user's stack or in a coroutine frame, so that a scope that
// ends in the wrong order or on another thread leaves nothing dangling.
#pragma once

#include <waybill/context/trace_context.hpp>

#include <atomic>
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

// Makes context current on this thread. Null, and nothing changed, when there is no memory. Never blocks.
context_node* enter_context(trace_context context, std::int64_t clock_offset,
                            const std::optional<span_id>& backend_span) noexcept;

// Ends what enter_context returned, in any order and on any thread; null is allowed. On the owner's thread, at the top,
// the node below becomes current again; elsewhere the owner notices when it next looks.
void leave_context(context_node* node) noexcept;

// The innermost open node of this thread, or null. Valid until it is left.
context_node* current() noexcept;

// Called by a queue that sends a message: until when it is held back on purpose, unix nanoseconds, 0 for not at all. Whoever
// ends the current span writes it there, so that a worker of another tool is not said to wait for what was scheduled.
// Several messages that differ: sent_due becomes various_dues.
inline constexpr std::int64_t various_dues = -1;
void note_sent(std::int64_t due) noexcept;

}  // namespace waybill::inline v0
