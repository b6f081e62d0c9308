#include <waybill/context/current.hpp>

#include <waybill/base/block_pool.hpp>
#include <waybill/context/context_node.hpp>

#include <new>
#include <utility>

namespace waybill::inline v0 {
namespace {

static_assert(sizeof(context_node) <= node_blocks::block_size);

using state = context_node::state;

void recycle(context_node* node) noexcept {
  node->~context_node();
  node_blocks::release(node);
}

bool is_ended(const context_node* node) noexcept {
  return node != nullptr && node->now.load(std::memory_order_acquire) == state::ended;
}

// Pops what others have ended meanwhile.
[[gnu::noinline]] void drop_some_ended() noexcept {
  while (is_ended(current_node)) recycle(std::exchange(current_node, current_node->below));
}
inline void drop_ended() noexcept {
  if (is_ended(current_node)) [[unlikely]]
    drop_some_ended();
}

// A thread that ends with open nodes hands them to whoever will end them.
struct thread_end {
  thread_end() noexcept = default;
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

// Apart from the object that it is about: asking that one would run the check for its first use each time.
constinit thread_local bool notices_thread_end = false;

[[gnu::noinline]] void notice_thread_end() noexcept {
  static thread_local thread_end at_thread_end;  // its first use registers the destructor
  notices_thread_end = true;
}

}  // namespace

context_node* enter_context(const trace_context& context, std::int64_t clock_offset,
                            const std::optional<span_id>& backend_span) noexcept {
  drop_ended();
  if (!notices_thread_end) [[unlikely]]
    notice_thread_end();
  void* const memory = node_blocks::acquire();
  if (memory == nullptr) return nullptr;
  current_node = new (memory)
      context_node{current_node, &current_node, state::open, backend_span, clock_offset, context, {}};
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
  drop_ended();
  return current_node;
}

void note_sent(std::int64_t due) noexcept {
  context_node* const node = current();
  if (node == nullptr) return;
  node->sent_due = node->sent_due.value_or(due) == due ? due : various_dues;
}

}  // namespace waybill::inline v0
