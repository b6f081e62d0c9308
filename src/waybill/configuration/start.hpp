// Once, beside main: what this process is called, where its records go, and how much of them. Everything else waybill needs
// to know comes from the environment (OTEL_*, WAYBILL_*) unless it is given here.
#pragma once

#include <waybill/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

class tracer;
class batching_sink;

struct start_options {
  std::string service_name = {};  // else OTEL_SERVICE_NAME, else service.name of OTEL_RESOURCE_ATTRIBUTES
  // Base address of an OTLP/HTTP collector. Else OTEL_EXPORTER_OTLP_ENDPOINT, else http://127.0.0.1:4318; but none where
  // records go to Sentry and nobody has said where a collector is.
  std::string export_to = {};
  std::string sentry_dsn = {};  // also to Sentry. Else SENTRY_DSN
  std::string json_lines =
      {};  // also: one JSON line a record into this file, "-" for standard output. WAYBILL_JSON_LINES
  bool json_lines_have_spans = false;
  std::optional<double> sample_ratio =
      {};  // of traces that begin here, 0 to 1. Else OTEL_TRACES_SAMPLER, else all
  std::vector<std::pair<std::string, std::string>> resource = {};  // more attributes of this process
  // Metadata keys that each task's event carries as metadata.<key>, organizationId for example.
  std::vector<std::string> event_metadata = {};
  std::vector<std::string> secret_words =
      {};  // beside the built-in ones: keys with these words are redacted in events
  // Rules that say, by queue and by task, whose trace a task is in and who is trusted: policy_rules::parse has the grammar.
  // Else WAYBILL_POLICY. What a call says in its task_options wins.
  std::string policy = {};
  // Which members of others' baggage go on, "allow:tenant,region*" or "deny:user*". Else WAYBILL_BAGGAGE, else all.
  std::string baggage = {};
  // Spans a second that are recorded because a message's sender says so; beyond it the sender's trace goes on unrecorded. Else
  // WAYBILL_MAX_FORCED_SAMPLING, else all.
  std::optional<std::uint32_t> max_forced_sampling = {};
  std::optional<bool> wait_spans =
      {};  // the time in the queue as a span of its own. WAYBILL_WAIT_SPANS, else on
  std::chrono::milliseconds flush_limit{5'000};  // how long the end of the session may take
};

// From start to its destruction, records leave. Movable; keep it in main.
class session {
 public:
  session(session&& other) noexcept;
  session& operator=(session&&) = delete;
  ~session();  // flushes, at most flush_limit, then stops recording; contexts still travel

  // What the destructor does, now; dropped() and last_problem() stay. False: something was lost in the session's time.
  bool end() noexcept;

  // Waits until what has ended before has left, at most this long. True if it has.
  bool flush(std::chrono::milliseconds limit) noexcept;

  // Records that will never leave, and why the last ones did not; 0 and empty when all is well.
  std::uint64_t dropped() const noexcept;
  std::string last_problem() const noexcept;

  // Spans that were not recorded for max_forced_sampling's sake; and how often in this process two formats of one message did
  // not agree.
  std::uint64_t sampling_capped() const noexcept;
  std::uint64_t disagreements() const noexcept;

 private:
  friend result<session> start(start_options options);
  static result<session> begin(start_options options);
  session(tracer* made, batching_sink* sink) noexcept;

  tracer* tracer_;
  batching_sink* sink_;
};

// Mistakes in the options or the environment come back here, once, as a sentence; nothing is started then. A collector
// that is not there is no mistake. Not for concurrent use; one session at a time.
result<session> start(start_options options = {});

}  // namespace waybill::inline v0
