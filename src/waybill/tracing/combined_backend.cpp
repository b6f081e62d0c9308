#include <waybill/tracing/combined_backend.hpp>

#include <waybill/context/context_node.hpp>
#include <waybill/context/current.hpp>

#include <new>
#include <utility>

namespace waybill::inline v0 {
namespace {

class both_scopes final : public backend_scope {
 public:
  both_scopes(std::unique_ptr<backend_scope> first, std::unique_ptr<backend_scope> second) noexcept
      : first_(std::move(first)), second_(std::move(second)) {}

 private:
  std::unique_ptr<backend_scope> first_;
  std::unique_ptr<backend_scope> second_;  // entered last, left first
};

}  // namespace

std::optional<trace_context> combined_backend::current() noexcept {
  auto first = first_.current();
  auto second = second_.current();
  if (!first) return second;
  if (!second) return first;
  // Both were told of waybill's innermost context; whoever says something else has gone on from there.
  const context_node* const node = waybill::current();
  const bool only_second_went_on = node != nullptr && first->ids().span == node->context.ids().span &&
                                   second->ids().span != node->context.ids().span;
  return only_second_went_on ? second : first;
}

void combined_backend::run_under(const trace_context& context, function_ref<void()> body) {
  first_.run_under(context, [&] { second_.run_under(context, body); });
}

std::unique_ptr<backend_span> combined_backend::start_span(std::string_view name,
                                                           const span_options& options) noexcept {
  auto started = first_.start_span(name, options);
  return started != nullptr ? std::move(started) : second_.start_span(name, options);
}

std::unique_ptr<backend_scope> combined_backend::enter(const trace_context& context) noexcept {
  auto first = first_.enter(context);
  auto second = second_.enter(context);
  return std::unique_ptr<backend_scope>{new (std::nothrow) both_scopes{std::move(first), std::move(second)}};
}

}  // namespace waybill::inline v0
