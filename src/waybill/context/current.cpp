#include <waybill/context/current.hpp>

#include <waybill/base/block_pool.hpp>
#include <waybill/context/context_node.hpp>

#include <new>

namespace waybill::inline v0 {
namespace {

static_assert(sizeof(context_node) <= node_blocks::block_size);

using state = context_node::state;

void recycle(context_node* node) noexcept {
  node->~context_node();
  node_blocks::release(node);
}

// Pops what others have ended meanwhile.
void drop_ended() noexcept {
  while (current_node != nullptr && current_node->now.load(std::memory_order_acquire) == state::ended) {
    context_node* const ended = current_node;
    current_node = ended->below;
    recycle(ended);
  }
}

// A thread that ends with open nodes hands them to whoever will end them.
struct thread_end {
  bool armed = false;
  ~thread_end() {
    while (current_node != nullptr) {
      context_node* const node = current_node;
      current_node = node->below;
      state expected = state::open;
      if (!node->now.compare_exchange_strong(expected, state::orphaned, std::memory_order_acq_rel))
        recycle(node);
    }
  }
};
constinit thread_local thread_end at_thread_end;

}  // namespace

context_node* enter_context(trace_context context, std::int64_t clock_offset,
                            const std::optional<span_id>& backend_span) noexcept {
  drop_ended();
  at_thread_end.armed = true;  // its first use registers the destructor
  void* const memory = node_blocks::acquire();
  if (memory == nullptr) return nullptr;
  current_node = new (memory) context_node{current_node, &current_node,      state::open, backend_span,
                                           clock_offset, std::move(context), {}};
  return current_node;
}

void leave_context(context_node* node) noexcept {
  if (node == nullptr) return;
  if (node == current_node) {  // nobody else's node can be at this thread's top
    current_node = node->below;
    recycle(node);
    drop_ended();
    return;
  }
  state expected = state::open;
  if (node->now.compare_exchange_strong(expected, state::ended, std::memory_order_acq_rel)) return;
  if (expected == state::orphaned) recycle(node);
}

context_node* current() noexcept {
  if (current_node != nullptr && current_node->now.load(std::memory_order_acquire) != state::open)
    drop_ended();
  return current_node;
}

void note_sent(std::int64_t due) noexcept {
  context_node* const node = current();
  if (node == nullptr) return;
  node->sent_due = node->sent_due.value_or(due) == due ? due : various_dues;
}

}  // namespace waybill::inline v0
