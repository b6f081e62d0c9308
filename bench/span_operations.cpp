// What a span costs: started, given attributes, ended, handed over, and turned into an OTLP request.
#include "measured_tracer.hpp"
#include "operation.hpp"

#include <waybill/base/clock.hpp>
#include <waybill/tracing/active_span.hpp>
#include <waybill/tracing/ambient.hpp>
#include <waybill/wire/otlp_protobuf.hpp>
#include <waybill/wire/sentry_envelope.hpp>
#include <waybill/wire/sentry_spans_encode.hpp>
#include <waybill/wire/sentry_transaction_encode.hpp>

#include <string>

namespace waybill::bench {
namespace {

measurement read_steady_clock(std::uint64_t times) {
  return measure(times, [] {
    const steady_nanos now = steady_now();
    keep(&now);
  });
}

measurement read_wall_clock(std::uint64_t times) {
  return measure(times, [] {
    const unix_nanos now = wall_now();
    keep(&now);
  });
}

measurement span_without_attributes(std::uint64_t times) {
  tracer& made_by = measured_tracer(fate::discarded);
  std::size_t since = 0;
  return measure(times, [&] {
    { const auto span = start_span(made_by, "db.query"); }
    flush_sometimes(made_by, since);
  });
}

measurement span_not_sampled(std::uint64_t times) {
  tracer& made_by = measured_tracer(fate::discarded, 0.0);
  return measure(times, [&] { const auto span = start_span(made_by, "db.query"); });
}

// Three texts, two int, a size_t, a bool and a double.
void set_eight(active_span& span, std::size_t size) {
  span.set({{"db.system.name", "postgresql"},
            {"db.operation.name", "SELECT"},
            {"server.address", "10.0.0.1"},
            {"server.port", 5432},
            {"rows", 17},
            {"bytes", size},
            {"cached", false},
            {"ratio", 0.25}});
}

template <fate records>
measurement span_with_attributes(std::uint64_t times) {
  tracer& made_by = measured_tracer(records);
  std::size_t since = 0;
  return measure(times, [&] {
    {
      auto span = start_span(made_by, "db.query");
      set_eight(span, since);
    }
    flush_sometimes(made_by, since);
  });
}

measurement span_with_attributes_one_by_one(std::uint64_t times) {
  tracer& made_by = measured_tracer(fate::discarded);
  std::size_t since = 0;
  return measure(times, [&] {
    {
      auto span = start_span(made_by, "db.query");
      span.set("db.system.name", "postgresql");
      span.set("db.operation.name", "SELECT");
      span.set("server.address", "10.0.0.1");
      span.set("server.port", 5432);
      span.set("rows", 17);
      span.set("bytes", since);
      span.set("cached", false);
      span.set("ratio", 0.25);
    }
    flush_sometimes(made_by, since);
  });
}

template <fate records>
measurement span_inside_another(std::uint64_t times) {
  tracer& made_by = measured_tracer(records);
  const auto outer = start_span(made_by, "POST /api/deploy");
  std::size_t since = 0;
  return measure(times, [&] {
    {
      auto span = start_span(made_by, "db.query");
      set_eight(span, since);
    }
    flush_sometimes(made_by, since);
  });
}

// Keeps what it is given, for somebody to take.
class keeping_sink final : public span_sink {
 public:
  void accept(span_batch&& finished) noexcept override { kept_.append(std::move(finished)); }
  bool flush(std::chrono::milliseconds) noexcept override { return true; }
  std::uint64_t dropped() const noexcept override { return 0; }
  const span_batch& kept() const noexcept { return kept_; }

 private:
  span_batch kept_;
};

using encoder = void(const span_batch&, std::string& body);

void as_otlp(const span_batch& spans, std::string& body) {
  otlp_protobuf::encode_traces(spans, body);
}

// A request each, as a service or a worker whose work makes no spans of its own sends them.
void as_sentry_transactions(const span_batch& spans, std::string& body) {
  const sentry_sender sender{.release = "bench@1", .environment = "production"};
  std::string payload;
  spans.for_each_span([&](const span_record& span) {
    payload.clear();
    const auto root = sentry_transaction::encode_span(span);
    sentry_transaction::append(root, {}, sentry_transaction::encode_process(span.resource), sender, payload);
    sentry_envelope::append_item(body, {.type = "transaction"}, payload);
  });
}

void as_sentry_spans(const span_batch& spans, std::string& body) {
  const sentry_sender sender{.release = "bench@1", .environment = "production"};
  spans.for_each_span([&](const span_record& span) { sentry_spans::append(span, sender, body); });
}

template <encoder& encode>
measurement encode_span(std::uint64_t times) {
  constexpr std::uint64_t batch_size = 512;
  tracer_options options;
  options.resource = {{"service.name", "bench"}};
  auto sink = std::make_unique<keeping_sink>();
  const span_batch& spans = sink->kept();
  options.sink = std::move(sink);
  tracer& made_by = tracer::make(std::move(options));
  for (std::uint64_t i = 0; i < batch_size; ++i) {
    auto span = start_span(made_by, "db.query");
    set_eight(span, i);
  }
  std::string body;
  std::uint64_t encoded = 0;
  return measure(times, [&] {
    if (encoded++ % batch_size != 0) return;  // for all of the batch
    body.clear();
    encode(spans, body);
    keep(body.data());
  });
}

measurement current_ids_read(std::uint64_t times) {
  tracer& made_by = measured_tracer(fate::discarded);
  const auto span = start_span(made_by, "db.query");
  return measure(times, [] {
    const auto ids = current_ids();
    keep(&ids);
  });
}

constexpr operation rows[] = {
    {"span, no attributes", span_without_attributes},
    {"span, 8 attributes", span_with_attributes<fate::discarded>},
    {"span, 8 attributes, set one by one", span_with_attributes_one_by_one},
    {"span, 8 attributes, inside another", span_inside_another<fate::discarded>},
    {"span, 8 attributes, up to the encoded OTLP request", span_with_attributes<fate::encoded>},
    {"span, 8 attributes, inside another, up to the request", span_inside_another<fate::encoded>},
    {"encode a finished span with 8 attributes", encode_span<as_otlp>},
    {"the same as a transaction of Sentry's", encode_span<as_sentry_transactions>},
    {"the same as a span v2 of Sentry's", encode_span<as_sentry_spans>},
    {"span, not sampled", span_not_sampled},
    {"read the current ids", current_ids_read},
    {"read the steady clock", read_steady_clock},
    {"read the wall clock", read_wall_clock},
};

}  // namespace

std::span<const operation> span_operations() noexcept {
  return rows;
}

}  // namespace waybill::bench
