// The one ambient thing: which context this thread is in. Everything else takes its context as a parameter.
#pragma once

#include <waybill/context/trace_context.hpp>

#include <cstdint>
#include <optional>

namespace waybill::inline v0 {

struct context_node;

// Makes context current on this thread. Null, and nothing changed, when there is no memory. Never blocks.
context_node* enter_context(const trace_context& context, std::int64_t clock_offset,
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
