#include <waybill/tracing/ambient.hpp>

#include <waybill/context/context_node.hpp>
#include <waybill/tracing/tracing_backend.hpp>

namespace waybill::inline v0 {

ambient_context find_ambient() noexcept {
  context_node* const node = current();
  if (auto* const backend = registered_backend()) {
    if (auto theirs = backend->current()) {
      const bool theirs_is_inner = node == nullptr || node->backend_span != theirs->ids().span;
      if (theirs_is_inner) return {std::move(theirs), 0};
    }
  }
  if (node == nullptr) return {};
  return {node->context, node->clock_offset};
}

std::optional<span_ids> current_ids() noexcept {
  if (registered_backend() == nullptr) {
    const context_node* const node = current();
    return node == nullptr ? std::nullopt : std::optional{node->context.ids()};
  }
  const auto around = find_ambient();
  return around.context ? std::optional{around.context->ids()} : std::nullopt;
}

context_node* enter_ambient(const trace_context& context, std::int64_t clock_offset) noexcept {
  std::optional<span_id> backend_span;
  if (auto* const backend = registered_backend()) {
    if (const auto theirs = backend->current()) backend_span = theirs->ids().span;
  }
  return enter_context(context, clock_offset, backend_span);
}

bool has_backend() noexcept {
  return registered_backend() != nullptr;
}

void run_under_backend(const trace_context& context, function_ref<void()> body) {
  if (auto* const backend = registered_backend()) return backend->run_under(context, body);
  body();
}

}  // namespace waybill::inline v0
