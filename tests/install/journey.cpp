// A project of its own that links the core and tracing alone: one trace from here to there, its spans told on standard output.
#include <waybill/tracing/tracer.hpp>
#include <waybill/waybill.hpp>

#include <iostream>
#include <memory>

class printing_sink final : public waybill::span_sink {
 public:
  void accept(waybill::span_batch&& finished) noexcept override {
    finished.for_each_span([](const waybill::span_record& span) {
      std::cout << span.trace.to_hex() << ' ' << span.name << '\n';
    });
  }
  bool flush(std::chrono::milliseconds) noexcept override { return true; }
  std::uint64_t dropped() const noexcept override { return 0; }
};

int main() {
  waybill::tracer_options options;
  options.sink = std::make_unique<printing_sink>();
  waybill::set_default_tracer(&waybill::tracer::make(std::move(options)));

  waybill::metadata metadata;
  {
    auto request = waybill::start_span("request");
    waybill::inject_trace_context(metadata);
  }
  waybill::extract_trace_context(metadata, [] { auto span = waybill::start_span("inside"); });
  waybill::with_task_logging(metadata, "deployment", "deploy",
                             [](waybill::task& task) { task.event.set("id", 7); });
}
