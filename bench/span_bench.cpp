// What a span costs the thread that makes it: started, given attributes, ended and handed over.
#include "allocation_count.hpp"

#include <waybill/export/batching_sink.hpp>
#include <waybill/tracing/active_span.hpp>
#include <waybill/tracing/tracer.hpp>
#include <waybill/waybill.hpp>

#include <benchmark/benchmark.h>

namespace {

using namespace waybill;

// Encodes nothing and sends nothing: only the way out of the host's thread is measured.
class discarding_exporter final : public batch_exporter {
 public:
  void encode(const span_batch&) override {}
  export_outcome send() override { return {}; }
  void cancel() noexcept override {}
};

tracer& bench_tracer(double ratio) {
  tracer_options options;
  options.resource = {{"service.name", "bench"}};
  options.sampling = sampler{ratio};
  options.records_in_flight = 1 << 20;
  options.sink = std::make_unique<batching_sink>([] { return std::make_unique<discarding_exporter>(); },
                                                 batching_options{.period = std::chrono::milliseconds{5}});
  return tracer::make(std::move(options));
}

void span_without_attributes(benchmark::State& state) {
  static tracer& made_by = bench_tracer(1.0);
  const bench::allocation_count count{state};
  for (auto _ : state) auto span = start_span(made_by, "name");
}
BENCHMARK(span_without_attributes);

void span_with_eight_attributes(benchmark::State& state) {
  static tracer& made_by = bench_tracer(1.0);
  const std::size_t size = 1234;
  const bench::allocation_count count{state};
  for (auto _ : state) {
    auto span = start_span(made_by, "name");
    span.set(
        {{"db.system.name", "postgresql"}, {"db.operation.name", "SELECT"}, {"server.address", "10.0.0.1"}});
    span.set({{"server.port", 5432}, {"rows", 17}, {"bytes", size}, {"cached", false}, {"ratio", 0.25}});
  }
}
BENCHMARK(span_with_eight_attributes);

void span_not_sampled(benchmark::State& state) {
  static tracer& made_by = bench_tracer(0.0);
  const bench::allocation_count count{state};
  for (auto _ : state) auto span = start_span(made_by, "name");
}
BENCHMARK(span_not_sampled);

void current_ids_read(benchmark::State& state) {
  static tracer& made_by = bench_tracer(1.0);
  const auto span = start_span(made_by, "name");
  const bench::allocation_count count{state};
  for (auto _ : state) benchmark::DoNotOptimize(current_ids());
}
BENCHMARK(current_ids_read);

void task_with_event(benchmark::State& state) {
  static tracer& made_by = bench_tracer(1.0);
  metadata headers{{"organizationId", "org_1"}};
  {
    auto span = start_span(made_by, "send");
    inject_trace_context(headers);
  }
  const bench::allocation_count count{state};
  for (auto _ : state) {
    with_task_logging(headers, {.kind = "deployment", .action = "deploy"},
                      [](task& running) { running.event.set("id", 7); }, {.made_by = &made_by});
  }
}
BENCHMARK(task_with_event);

}  // namespace
