#include <waybill/base/clock.hpp>

#include <atomic>
#include <ctime>

namespace waybill::inline v0 {
namespace {

constinit std::atomic<const clock_source*> replacement{nullptr};

std::int64_t read_clock(clockid_t which) noexcept {
  timespec now{};
  clock_gettime(which, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

unix_nanos wall_now() noexcept {
  if (const auto* source = replacement.load(std::memory_order_acquire)) return source->wall();
  return read_clock(CLOCK_REALTIME);
}

steady_nanos steady_now() noexcept {
  if (const auto* source = replacement.load(std::memory_order_acquire)) return source->steady();
  return read_clock(CLOCK_MONOTONIC);
}

void replace_clock(const clock_source* source) noexcept {
  replacement.store(source, std::memory_order_release);
}

}  // namespace waybill::inline v0
