// Sends batches as OTLP/HTTP protobuf: spans to one address, log records (events) to another.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/export/batch_exporter.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

enum class otlp_compression : unsigned char { none, gzip };

struct otlp_options {
  std::string traces_url;  // whole, with /v1/traces; empty: spans are not sent
  std::string logs_url;    // whole, with /v1/logs; empty: events are not sent
  std::vector<std::pair<std::string, std::string>> headers = {};
  otlp_compression compression = otlp_compression::none;
  std::chrono::milliseconds timeout{10'000};  // of one request
  std::string ca_file = {};                   // PEM; empty: the system's
};

// failure_code::io when the HTTP client cannot be made.
result<std::unique_ptr<batch_exporter>> make_otlp_exporter(otlp_options options);

}  // namespace waybill::inline v0
