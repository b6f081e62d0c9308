// Tracers whose records go the whole way through the batching sink and its thread, and end there.
#pragma once

#include <waybill/tracing/tracer.hpp>

#include <cstddef>

namespace waybill::bench {

enum class fate : unsigned char {
  discarded,  // by an exporter that does nothing
  encoded,    // as an OTLP request; nothing is sent
};

// One of each kind for the process. Whoever makes records calls flush_sometimes after each: every 512 records wait for the
// exporter's thread, so that its work counts, and the same batches are made in every run.
tracer& measured_tracer(fate records, double sampling_ratio = 1.0);
void flush_sometimes(tracer& made_by, std::size_t& since);

}  // namespace waybill::bench
