#include <waybill/tracing/process_propagator.hpp>

#include <waybill/tracing/process_headers.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace waybill::inline v0 {
namespace {

constinit std::atomic<const propagator*> in_use{&default_formats};

struct choice {
  std::optional<baggage_list> list;
  propagator formats;
};

// All that were ever used: readers hold no lock. A process uses one.
struct all_choices {
  std::mutex mutex;
  std::vector<const choice*> kept;
};
all_choices& history() {
  static auto* const all = new all_choices;
  return *all;
}

}  // namespace

const header_table& process_headers() noexcept {
  return process_propagator().names();
}

const propagator& process_propagator() noexcept {
  return *in_use.load(std::memory_order_acquire);
}

void use_propagator(const propagator& chosen, std::optional<baggage_list> list) {
  auto made = std::make_unique<choice>(choice{std::move(list), chosen});
  if (made->list) made->formats = chosen.with_baggage_list(&*made->list);
  auto& all = history();
  const std::lock_guard lock{all.mutex};
  all.kept.push_back(made.get());
  in_use.store(&made.release()->formats, std::memory_order_release);
}

}  // namespace waybill::inline v0
