// The OTEL_* variables that apply to waybill, read and checked once.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/base/result.hpp>
#include <waybill/export/batching_sink.hpp>
#include <waybill/export/otlp_exporter.hpp>
#include <waybill/tracing/sampler.hpp>
#include <waybill/tracing/span_limits.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

// What stood in the environment; empty or default where nothing did (OpenTelemetry, environment variable specification).
struct otel_environment {
  bool disabled = false;                                      // OTEL_SDK_DISABLED
  bool spans_exported = true;                                 // OTEL_TRACES_EXPORTER is not "none"
  bool events_exported = true;                                // OTEL_LOGS_EXPORTER is not "none"
  std::string service_name;                                   // OTEL_SERVICE_NAME
  std::vector<std::pair<std::string, std::string>> resource;  // OTEL_RESOURCE_ATTRIBUTES, percent-decoded
  std::string endpoint;                                       // OTEL_EXPORTER_OTLP_ENDPOINT, a base address
  std::string traces_endpoint;  // OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, a whole address
  std::string logs_endpoint;    // OTEL_EXPORTER_OTLP_LOGS_ENDPOINT, a whole address
  std::vector<std::pair<std::string, std::string>> headers;  // OTEL_EXPORTER_OTLP_HEADERS
  std::string certificate;                                   // OTEL_EXPORTER_OTLP_CERTIFICATE
  std::optional<otlp_compression> compression;               // OTEL_EXPORTER_OTLP_COMPRESSION
  std::chrono::milliseconds timeout{10'000};                 // OTEL_EXPORTER_OTLP_TIMEOUT
  std::optional<sampler> sampling;                           // OTEL_TRACES_SAMPLER, _ARG
  std::string propagators;                                   // OTEL_PROPAGATORS
  span_limits limits;                                        // OTEL_SPAN_*_LIMIT, OTEL_ATTRIBUTE_*_LIMIT
  batching_options batching;                                 // OTEL_BSP_*
};

// get: getenv, or a test's. A value that cannot be used is a failure that names the variable, the value and what would do.
result<otel_environment> read_otel_environment(function_ref<const char*(const char*)> get);

}  // namespace waybill::inline v0
