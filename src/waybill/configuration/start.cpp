#include <waybill/configuration/start.hpp>

#include <waybill/base/boot_clock.hpp>
#include <waybill/base/clock.hpp>
#include <waybill/configuration/message_rules.hpp>
#include <waybill/configuration/otel_environment.hpp>
#include <waybill/configuration/running_session.hpp>
#include <waybill/configuration/sentry_environment.hpp>
#include <waybill/export/combined_exporter.hpp>
#include <waybill/export/jsonl_exporter.hpp>
#include <waybill/http/url.hpp>
#include <waybill/record/wait_names.hpp>
#include <waybill/task/task_settings.hpp>
#include <waybill/tracing/process_propagator.hpp>
#include <waybill/tracing/process_sentry.hpp>
#include <waybill/tracing/read_message.hpp>
#include <waybill/tracing/tracer.hpp>
#include <waybill/version.hpp>

#include <unistd.h>

#include <cstdlib>
#include <new>
#include <stdexcept>

namespace waybill::inline v0 {
namespace {

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : std::string{};
}

using text_pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view pid_key = "process.pid";
constexpr std::string_view instance_key = "service.instance.id";

text_pairs describe_process(const start_options& options, const otel_environment& environment,
                            const std::string& instance) {
  text_pairs resource{
      {"telemetry.sdk.name", "waybill"},
      {"telemetry.sdk.language", "cpp"},
      {"telemetry.sdk.version", std::string{version_text}},
      {std::string{pid_key}, std::to_string(getpid())},
      {std::string{instance_key}, instance},
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

// A forked child is another process, and so another instance, unless the user has named it.
void describe_child(text_pairs& resource, const std::string& parent_pid, const std::string& parent_instance) {
  for (auto& [key, value] : resource) {
    if (key == pid_key && value == parent_pid) value = std::to_string(getpid());
    if (key == instance_key && value == parent_instance) value = trace_id::make().to_hex();
  }
}

bool leaves(const otlp_options& otlp) {
  return !otlp.traces_url.empty() || !otlp.logs_url.empty();
}

// Where nobody has said where a collector is, one on this machine is a guess; not when records have another place to go.
bool says_where(const start_options& options, const otel_environment& environment) {
  return !options.export_to.empty() || !environment.endpoint.empty() ||
         !environment.traces_endpoint.empty() || !environment.logs_endpoint.empty();
}

batching_sink::exporter_factory exporters_for(otlp_options otlp, std::optional<sentry_options> sentry,
                                              std::shared_ptr<const line_file> lines, jsonl_options how) {
  return [otlp = std::move(otlp), sentry = std::move(sentry), lines = std::move(lines), how] {
    std::vector<std::unique_ptr<batch_exporter>> exporters;
    if (leaves(otlp)) {
      auto made = make_otlp_exporter(otlp);
      if (!made) throw std::runtime_error{made.error().message};  // the sink counts it, and asks again
      exporters.push_back(std::move(*made));
    }
    if (sentry) {
      auto made = make_sentry_exporter(*sentry);
      if (!made) throw std::runtime_error{made.error().message};
      exporters.push_back(std::move(*made));
    }
    if (lines != nullptr) exporters.push_back(make_jsonl_exporter(lines, how));
    return combine(std::move(exporters));
  };
}

}  // namespace

result<session> session::begin(start_options options) {
  const auto get = [](const char* name) -> const char* { return std::getenv(name); };
  auto environment = read_otel_environment(get);
  if (!environment) return environment.error();
  auto rules = read_message_rules(options, get);
  if (!rules) return rules.error();
  const auto formats = propagator::from_names(environment->propagators);
  if (!formats) return failure{formats.error().code, "OTEL_PROPAGATORS: " + formats.error().message};
  if (environment->disabled) {  // contexts still travel, by the same rules
    use_propagator(formats->with_waybill(), std::move(rules->baggage));
    use_task_settings({.policies = std::move(rules->policies)});
    return session{nullptr, nullptr};
  }
  const std::string instance = trace_id::make().to_hex();
  text_pairs described = describe_process(options, *environment, instance);

  auto sentry = read_sentry_environment(options.sentry_dsn, described, get);
  if (!sentry) return sentry.error();
  if (sentry->exporter) {
    if (const auto tried = make_sentry_exporter(*sentry->exporter); !tried) return tried.error();
  }
  auto otlp = describe_otlp(options, *environment);
  if (!otlp) return otlp.error();
  if (sentry->exporter && !says_where(options, *environment)) *otlp = {};
  if (leaves(
          *otlp)) {  // found out now, not on the exporter's thread; also, libcurl is ready before anybody forks
    if (const auto tried = make_otlp_exporter(*otlp); !tried) return tried.error();
  }
  if (const char* const path = std::getenv("WAYBILL_JSON_LINES");
      options.json_lines.empty() && path != nullptr) {
    options.json_lines = path;
  }
  std::shared_ptr<const line_file> lines;
  if (!options.json_lines.empty()) {
    auto opened = line_file::open(options.json_lines);
    if (!opened) return opened.error();
    lines = std::move(*opened);
  }
  if (options.sample_ratio && !(*options.sample_ratio >= 0.0 && *options.sample_ratio <= 1.0)) {
    return failure{failure_code::invalid_argument,
                   "sample_ratio is " + std::to_string(*options.sample_ratio) + "; it should be from 0 to 1"};
  }

  auto sink =
      std::make_unique<batching_sink>(exporters_for(std::move(*otlp), sentry->exporter, std::move(lines),
                                                    {.include_spans = options.json_lines_have_spans}),
                                      environment->batching);
  batching_sink* const kept = sink.get();
  tracer_options traced;
  traced.resource = std::move(described);
  traced.describe_child = [pid = std::to_string(getpid()), instance](text_pairs& resource) {
    describe_child(resource, pid, instance);
  };
  traced.sampling =
      options.sample_ratio ? sampler{*options.sample_ratio} : environment->sampling.value_or(sampler{1.0});
  traced.max_forced_sampling = rules->max_forced_sampling;
  traced.limits = environment->limits;
  traced.wait_spans =
      options.wait_spans.value_or(!is_switched_off(environment_value(get, "WAYBILL_WAIT_SPANS")));
  traced.baggage_in_records = sentry->exporter.has_value();
  traced.sink = std::move(sink);

  if (sentry->exporter) {
    use_sentry_head({.public_key = sentry->exporter->dsn.public_key,
                     .release = sentry->exporter->sender.release,
                     .environment = sentry->exporter->sender.environment,
                     .org_id = sentry->org_id,
                     .strict_continuation = sentry->strict_continuation});
  }
  use_propagator(formats->with_waybill(), std::move(rules->baggage));
  use_task_settings({.event_metadata = std::move(options.event_metadata),
                     .secret_words = std::move(options.secret_words),
                     .policies = std::move(rules->policies)});
  tracer& made = tracer::make(std::move(traced));
  begin_session(made, *kept, options.flush_limit);
  return session{&made, kept};
}

result<session> start(start_options options) {
  try {
    return session::begin(std::move(options));
  } catch (const std::bad_alloc&) {
    return failure{failure_code::io, "out of memory"};  // short enough to need none
  }
}

session::session(tracer* made, batching_sink* sink) noexcept : tracer_(made), sink_(sink) {}

session::session(session&& other) noexcept
    : tracer_(std::exchange(other.tracer_, nullptr)), sink_(other.sink_) {}

session::~session() {
  if (tracer_ != nullptr) end_session();
}

bool session::end() noexcept {
  if (tracer_ != nullptr) end_session();
  return dropped() == 0;
}

bool session::flush(std::chrono::milliseconds limit) noexcept {
  return tracer_ == nullptr || sink_->flush(limit);
}

std::uint64_t session::dropped() const noexcept {
  return tracer_ == nullptr ? 0 : tracer_->dropped();
}

std::uint64_t session::sampling_capped() const noexcept {
  return tracer_ == nullptr ? 0 : tracer_->sampling_capped();
}

std::uint64_t session::disagreements() const noexcept {
  return disagreements_read();
}

std::string session::last_problem() const noexcept {
  return tracer_ == nullptr ? std::string{} : sink_->last_problem();
}

}  // namespace waybill::inline v0
