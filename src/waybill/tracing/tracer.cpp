#include <waybill/tracing/tracer.hpp>

#include <waybill/base/random.hpp>
#include <waybill/version.hpp>

#include <mutex>

namespace waybill::inline v0 {
namespace {

constinit std::atomic<tracer*> default_one{nullptr};

// Keeps every tracer reachable; leak checkers then see that it is kept on purpose.
struct all_tracers {
  std::mutex mutex;
  std::vector<tracer*> made;
};
all_tracers& kept() {
  static auto* const list = new all_tracers;
  return *list;
}

}  // namespace

tracer& tracer::make(tracer_options options) {
  auto* const made = new tracer(std::move(options));
  auto& list = kept();
  const std::lock_guard lock{list.mutex};
  list.made.push_back(made);
  return *made;
}

tracer::tracer(tracer_options options)
    : options_(std::move(options)), scope_{"waybill", version_text, {}}, generation_(fork_generation()) {
  resource_attributes_.reserve(options_.resource.size());
  for (const auto& [key, value] : options_.resource) resource_attributes_.push_back({key, value});
  resource_.attributes = resource_attributes_;
}

bool tracer::take_place() noexcept {
  if (closed()) {
    count_dropped();
    return false;
  }
  // After a fork the child's queue is forgotten, and with it every record that was counted.
  const std::uint32_t now = fork_generation();
  std::uint32_t counted_in = generation_.load(std::memory_order_relaxed);
  if (counted_in != now && generation_.compare_exchange_strong(counted_in, now)) in_flight_.store(0);
  if (in_flight_.fetch_add(1, std::memory_order_relaxed) < options_.records_in_flight) return true;
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  count_dropped();
  return false;
}

void tracer::return_place(std::uint32_t generation) noexcept {
  if (generation == generation_.load(std::memory_order_relaxed))
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
}

void tracer::submit(record_block* finished) noexcept {
  span_batch batch{finished};
  if (closed()) {
    count_dropped();
    return;
  }
  options_.sink->accept(std::move(batch));
}

tracer* default_tracer() noexcept {
  return default_one.load(std::memory_order_acquire);
}

void set_default_tracer(tracer* made) noexcept {
  default_one.store(made, std::memory_order_release);
}

}  // namespace waybill::inline v0
