// Sends batches to Sentry as envelopes: spans as transactions or, where the other side understands it, as span v2; log
// records (events) as log items.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/export/batch_exporter.hpp>
#include <waybill/export/sentry_dsn.hpp>
#include <waybill/export/transaction_assembly.hpp>
#include <waybill/wire/sentry_sender.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace waybill::inline v0 {

enum class sentry_format : unsigned char {
  transactions,  // what every Sentry understands, and Spotlight
  spans          // span v2: nothing waits for its root; Sentry of 2026, and waybill serve
};

struct sentry_options {
  sentry_dsn dsn;
  sentry_sender sender = {};
  sentry_format format = sentry_format::transactions;
  bool send_events = true;
  bool compress = true;                       // gzip
  std::chrono::milliseconds timeout{10'000};  // of one request
  std::string ca_file = {};                   // PEM; empty: the system's
  assembly_limits waiting = {};
};

// One envelope a request: Sentry takes one transaction, or the spans of one trace, at a time. failure_code::io when the
// HTTP client cannot be made.
result<std::unique_ptr<batch_exporter>> make_sentry_exporter(sentry_options options);

}  // namespace waybill::inline v0
