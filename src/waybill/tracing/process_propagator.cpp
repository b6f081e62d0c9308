#include <waybill/tracing/process_propagator.hpp>

#include <waybill/tracing/process_headers.hpp>

#include <array>
#include <atomic>
#include <mutex>

namespace waybill::inline v0 {
namespace {

constinit std::atomic<const propagator*> in_use{&default_formats};

// Readers hold no lock, so a propagator that was used once stays. A process chooses once; more choices share the last place.
std::mutex choosing;
std::array<propagator, 16> chosen_ones;
std::size_t choices = 0;

}  // namespace

const header_table& process_headers() noexcept {
  return process_propagator().names();
}

const propagator& process_propagator() noexcept {
  return *in_use.load(std::memory_order_acquire);
}

void use_propagator(const propagator& chosen) {
  const std::lock_guard lock{choosing};
  if (choices == chosen_ones.size()) return;
  chosen_ones[choices] = chosen;
  in_use.store(&chosen_ones[choices++], std::memory_order_release);
}

}  // namespace waybill::inline v0
