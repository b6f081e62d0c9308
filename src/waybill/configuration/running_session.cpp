#include <waybill/configuration/running_session.hpp>

#include <waybill/export/batching_sink.hpp>
#include <waybill/tracing/tracer.hpp>

#include <atomic>
#include <cstdlib>

namespace waybill::inline v0 {
namespace {

// Written before the tracer is published. No destructors: exit() runs them in an order that nobody knows.
constinit std::atomic<tracer*> running{nullptr};
constinit batching_sink* its_sink = nullptr;
constinit std::chrono::milliseconds its_flush_limit{0};
constinit std::atomic_flag registered;

}  // namespace

void begin_session(tracer& made, batching_sink& sink, std::chrono::milliseconds flush_limit) noexcept {
  its_sink = &sink;
  its_flush_limit = flush_limit;
  running.store(&made, std::memory_order_release);
  set_default_tracer(&made);
  if (!registered.test_and_set()) std::atexit([] { end_session(); });
}

void end_session() noexcept {
  tracer* const made = running.exchange(nullptr, std::memory_order_acq_rel);
  if (made == nullptr) return;
  if (default_tracer() == made) set_default_tracer(nullptr);
  its_sink->shutdown(its_flush_limit);
  made->close();
}

}  // namespace waybill::inline v0
