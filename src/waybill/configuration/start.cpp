#include <waybill/configuration/start.hpp>

#include <waybill/base/boot_clock.hpp>
#include <waybill/base/clock.hpp>
#include <waybill/configuration/otel_environment.hpp>
#include <waybill/export/combined_exporter.hpp>
#include <waybill/export/jsonl_exporter.hpp>
#include <waybill/http/url.hpp>
#include <waybill/record/wait_names.hpp>
#include <waybill/task/task_settings.hpp>
#include <waybill/tracing/process_propagator.hpp>
#include <waybill/tracing/tracer.hpp>
#include <waybill/version.hpp>

#include <unistd.h>

#include <cstdlib>

namespace waybill::inline v0 {
namespace {

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : std::string{};
}

std::vector<std::pair<std::string, std::string>> describe_process(const start_options& options,
                                                                  const otel_environment& environment) {
  std::vector<std::pair<std::string, std::string>> resource{
      {"telemetry.sdk.name", "waybill"},
      {"telemetry.sdk.language", "cpp"},
      {"telemetry.sdk.version", std::string{version_text}},
      {"process.pid", std::to_string(getpid())},
      {"service.instance.id", trace_id::make().to_hex()},
      {std::string{wait_names::host_boot_id}, std::string{boot_id()}},
      {std::string{wait_names::host_boot_time}, std::to_string(wall_now() - boot_clock_now())},
      {"host.name", host_name()},
      {"service.name", "unknown_service"},
  };
  const auto put = [&](const std::string& key, const std::string& value) {
    for (auto& [known, old] : resource) {
      if (known == key) {
        old = value;
        return;
      }
    }
    resource.emplace_back(key, value);
  };
  for (const auto& [key, value] : environment.resource) put(key, value);
  if (!environment.service_name.empty()) put("service.name", environment.service_name);
  for (const auto& [key, value] : options.resource) put(key, value);
  if (!options.service_name.empty()) put("service.name", options.service_name);
  std::erase_if(resource, [](const auto& one) { return one.second.empty(); });
  return resource;
}

std::string with_path(std::string base, std::string_view path) {
  while (base.ends_with('/')) base.pop_back();
  return base.append(path);
}

// Where OTLP goes; both addresses empty when it goes nowhere.
result<otlp_options> describe_otlp(const start_options& options, const otel_environment& environment) {
  otlp_options otlp;
  const std::string base = !options.export_to.empty()      ? options.export_to
                           : !environment.endpoint.empty() ? environment.endpoint
                                                           : "http://127.0.0.1:4318";
  const bool given = !options.export_to.empty();
  otlp.traces_url = !given && !environment.traces_endpoint.empty() ? environment.traces_endpoint
                                                                   : with_path(base, "/v1/traces");
  otlp.logs_url =
      !given && !environment.logs_endpoint.empty() ? environment.logs_endpoint : with_path(base, "/v1/logs");
  bool loopback = true;
  for (const auto* url : {&otlp.traces_url, &otlp.logs_url}) {
    const auto parsed = parse_http_url(*url);
    if (!parsed) {
      return failure{parsed.error().code, "cannot export to \"" + *url + "\": " + parsed.error().message};
    }
    loopback = loopback && is_loopback_host(parsed->host);
  }
  otlp.headers = environment.headers;
  otlp.timeout = environment.timeout;
  otlp.ca_file = environment.certificate;
  // Compressing costs five times what the span did; on loopback nobody gains.
  otlp.compression =
      environment.compression.value_or(loopback ? otlp_compression::none : otlp_compression::gzip);
  if (!environment.spans_exported) otlp.traces_url.clear();
  if (!environment.events_exported) otlp.logs_url.clear();
  return otlp;
}

bool is_off(const char* value) {
  return value != nullptr && (std::string_view{value} == "off" || std::string_view{value} == "false" ||
                              std::string_view{value} == "0");
}

batching_sink::exporter_factory exporters_for(otlp_options otlp, jsonl_options lines) {
  return [otlp = std::move(otlp), lines = std::move(lines)] {
    std::vector<std::unique_ptr<batch_exporter>> exporters;
    if (!otlp.traces_url.empty() || !otlp.logs_url.empty()) {
      if (auto made = make_otlp_exporter(otlp)) exporters.push_back(std::move(*made));
    }
    if (!lines.path.empty()) {
      if (auto made = make_jsonl_exporter(lines)) exporters.push_back(std::move(*made));
    }
    return combine(std::move(exporters));
  };
}

}  // namespace

result<session> start(start_options options) {
  auto environment = read_otel_environment([](const char* name) -> const char* { return std::getenv(name); });
  if (!environment) return environment.error();
  if (environment->disabled) return session{nullptr, nullptr, options.flush_limit};

  auto otlp = describe_otlp(options, *environment);
  if (!otlp) return otlp.error();
  jsonl_options lines{.path = options.json_lines, .include_spans = options.json_lines_have_spans};
  if (const char* const path = std::getenv("WAYBILL_JSON_LINES"); lines.path.empty() && path != nullptr)
    lines.path = path;
  if (!lines.path.empty()) {  // found out now, not on the exporter's thread
    if (const auto tried = make_jsonl_exporter(lines); !tried) return tried.error();
  }
  if (options.sample_ratio && !(*options.sample_ratio >= 0.0 && *options.sample_ratio <= 1.0)) {
    return failure{failure_code::invalid_argument,
                   "sample_ratio is " + std::to_string(*options.sample_ratio) + "; it should be from 0 to 1"};
  }
  if (!environment->propagators.empty()) {
    const auto chosen = propagator::from_names(environment->propagators);
    if (!chosen) return failure{chosen.error().code, "OTEL_PROPAGATORS: " + chosen.error().message};
    use_propagator(chosen->with_waybill());
  }

  auto sink = std::make_unique<batching_sink>(exporters_for(std::move(*otlp), std::move(lines)),
                                              environment->batching);
  batching_sink* const kept = sink.get();
  tracer_options traced;
  traced.resource = describe_process(options, *environment);
  traced.sampling =
      options.sample_ratio ? sampler{*options.sample_ratio} : environment->sampling.value_or(sampler{1.0});
  traced.limits = environment->limits;
  traced.wait_spans = options.wait_spans.value_or(!is_off(std::getenv("WAYBILL_WAIT_SPANS")));
  traced.sink = std::move(sink);

  use_task_settings(
      {.event_metadata = std::move(options.event_metadata), .secret_words = std::move(options.secret_words)});
  tracer& made = tracer::make(std::move(traced));
  set_default_tracer(&made);
  return session{&made, kept, options.flush_limit};
}

session::session(tracer* made, batching_sink* sink, std::chrono::milliseconds flush_limit) noexcept
    : tracer_(made), sink_(sink), flush_limit_(flush_limit) {}

session::session(session&& other) noexcept
    : tracer_(std::exchange(other.tracer_, nullptr)), sink_(other.sink_), flush_limit_(other.flush_limit_) {}

session::~session() {
  if (tracer_ == nullptr) return;
  if (default_tracer() == tracer_) set_default_tracer(nullptr);
  sink_->shutdown(flush_limit_);
  tracer_->close();
}

bool session::flush(std::chrono::milliseconds limit) noexcept {
  return tracer_ == nullptr || sink_->flush(limit);
}

std::uint64_t session::dropped() const noexcept {
  return tracer_ == nullptr ? 0 : tracer_->dropped();
}

std::string session::last_problem() const {
  return tracer_ == nullptr ? std::string{} : sink_->last_problem();
}

}  // namespace waybill::inline v0
