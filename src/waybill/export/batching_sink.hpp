// Takes finished records from the host's threads and exports them on one of its own, in batches.
//
// The host's side is one atomic push. Everything that can wait, fail or allocate happens on the sink's thread, which starts
// at the first record. A collector that refuses, hangs or is gone costs the host nothing but records that are dropped and
// counted: at most those that the tracer lets be in flight, and one encoded batch, are held.
#pragma once

#include <waybill/export/batch_exporter.hpp>
#include <waybill/record/span_sink.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace waybill::inline v0 {

struct batching_options {
  std::chrono::milliseconds period{500};  // between two batches when little happens (OTEL_BSP_SCHEDULE_DELAY)
  std::size_t batch_records = 512;        // in one request at most (OTEL_BSP_MAX_EXPORT_BATCH_SIZE)
  std::size_t wake_at = 1024;             // waiting records that end the period early
  std::chrono::milliseconds first_backoff{1'000};
  std::chrono::milliseconds longest_backoff{30'000};
  std::chrono::milliseconds give_up_after{120'000};  // a batch that could not be sent for so long is dropped
};

class batching_sink final : public span_sink {
 public:
  // make_exporter is called on the sink's thread, once, and once more in a child after a fork.
  using exporter_factory = std::function<std::unique_ptr<batch_exporter>()>;
  batching_sink(exporter_factory make_exporter, batching_options options);
  ~batching_sink() override;  // shutdown without a flush; waits for the thread however long it takes

  void accept(span_batch&& finished) noexcept override;
  bool flush(std::chrono::milliseconds limit) noexcept override;
  std::uint64_t dropped() const noexcept override;

  // Flushes, at most this long, then ends the thread; what is left is dropped and counted, and so is what comes later. An
  // exporter that does not heed cancel() within another second is left to itself.
  bool shutdown(std::chrono::milliseconds limit) noexcept;

  // What went wrong last, as a sentence; empty if nothing has.
  std::string last_problem() const noexcept;

 private:
  struct state;  // everything that a fork invalidates
  state* living_state() noexcept;
  state* begin_after_fork(state* now) noexcept;

  exporter_factory make_exporter_;
  batching_options options_;
  std::atomic<state*> state_;
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace waybill::inline v0
