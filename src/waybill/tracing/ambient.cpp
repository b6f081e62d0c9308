#include <waybill/tracing/ambient.hpp>

#include <waybill/context/context_node.hpp>
#include <waybill/tracing/tracing_backend.hpp>

namespace waybill::inline v0 {

ambient_view::ambient_view() noexcept {
  const context_node* const node = waybill::current();
  if (auto* const backend = registered_backend()) {
    theirs_ = backend->current();
    const bool theirs_is_inner = theirs_ && (node == nullptr || node->backend_span != theirs_->ids().span);
    if (theirs_is_inner) {
      context_ = &*theirs_;
      return;
    }
  }
  if (node == nullptr) return;
  context_ = &node->context;
  clock_offset_ = node->clock_offset;
}

ambient_context find_ambient() noexcept {
  const ambient_view around;
  if (around.context() == nullptr) return {};
  return {*around.context(), around.clock_offset()};
}

std::optional<span_ids> current_ids() noexcept {
  const ambient_view around;
  return around.context() == nullptr ? std::nullopt : std::optional{around.context()->ids()};
}

context_node* enter_ambient(const trace_context& context, std::int64_t clock_offset) noexcept {
  auto* const backend = registered_backend();
  if (backend == nullptr) return enter_context(context, clock_offset, std::nullopt);
  const auto theirs = backend->current();
  return enter_context(context, clock_offset, theirs ? theirs->ids().span : std::nullopt);
}

bool has_backend() noexcept {
  return registered_backend() != nullptr;
}

void run_under_backend(const trace_context& context, function_ref<void()> body) {
  if (auto* const backend = registered_backend()) return backend->run_under(context, body);
  body();
}

}  // namespace waybill::inline v0
