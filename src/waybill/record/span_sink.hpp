// The host side's seam: where the tracer hands finished records to whatever exports them.
#pragma once

#include <waybill/record/span_batch.hpp>

#include <chrono>
#include <cstdint>

namespace waybill::inline v0 {

// Every exporter stands behind one of these. Called on the host's own threads, so: never throws, never blocks, never
// allocates without bound. What cannot be taken is dropped and counted.
class span_sink {
 public:
  virtual ~span_sink() = default;

  // Takes the batch over. Thread-safe.
  virtual void accept(span_batch&& finished) noexcept = 0;

  // Waits until what was accepted before has left, at most this long. True if it has. Thread-safe.
  virtual bool flush(std::chrono::milliseconds limit) noexcept = 0;

  // Records that were accepted and will never leave, so far.
  virtual std::uint64_t dropped() const noexcept = 0;
};

}  // namespace waybill::inline v0
