#include <waybill/tracing/tracing_backend.hpp>

#include <atomic>

namespace waybill::inline v0 {
namespace {
constinit std::atomic<tracing_backend*> registered{nullptr};
}

void register_backend(tracing_backend* backend) noexcept {
  registered.store(backend, std::memory_order_release);
}

tracing_backend* registered_backend() noexcept {
  return registered.load(std::memory_order_acquire);
}

}  // namespace waybill::inline v0
