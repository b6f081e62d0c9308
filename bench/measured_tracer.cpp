#include "measured_tracer.hpp"

#include <waybill/export/batching_sink.hpp>
#include <waybill/wire/otlp_protobuf.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace waybill::bench {
namespace {

constexpr std::size_t records_a_batch = 512;  // what batching_options has

class discarding_exporter final : public batch_exporter {
 public:
  void encode(const span_batch&) override {}
  export_outcome send() override { return {}; }
  void cancel() noexcept override {}
};

// What otlp_exporter does before it sends.
class encoding_exporter final : public batch_exporter {
 public:
  void encode(const span_batch& batch) override {
    spans_.clear();
    logs_.clear();
    if (batch.span_count() != 0) otlp_protobuf::encode_traces(batch, spans_);
    if (batch.log_count() != 0) otlp_protobuf::encode_logs(batch, logs_);
  }
  export_outcome send() override { return {}; }
  void cancel() noexcept override {}

 private:
  std::string spans_;
  std::string logs_;
};

std::unique_ptr<batch_exporter> make_exporter(fate records) {
  if (records == fate::encoded) return std::make_unique<encoding_exporter>();
  return std::make_unique<discarding_exporter>();
}

}  // namespace

tracer& measured_tracer(fate records, double sampling_ratio) {
  tracer_options options;
  options.resource = {{"service.name", "bench"}};
  options.sampling = sampler{sampling_ratio};
  // A period in which nothing happens by itself.
  options.sink = std::make_unique<batching_sink>([records] { return make_exporter(records); },
                                                 batching_options{.period = std::chrono::hours{1}});
  return tracer::make(std::move(options));
}

void flush_sometimes(tracer& made_by, std::size_t& since) {
  if (++since < records_a_batch) return;
  since = 0;
  made_by.sink().flush(std::chrono::seconds{10});
}

}  // namespace waybill::bench
