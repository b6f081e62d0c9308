// What the attributes of a span say about a message, with every spelling in the field folded into one name.
#pragma once

#include <waybill/record/span_record.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace waybill::inline v0 {

// Views into the record. Empty where the span does not say.
struct messaging_attributes {
  std::string_view system;
  std::string_view destination;  // queue, topic, or on RabbitMQ often the exchange
  std::string_view routing_key;
  std::string_view operation;
  std::string_view message_id;
  std::string_view message_key;  // Kafka's
  std::string_view group;
  std::string_view task;
  std::string_view worker;
  std::string_view run;         // the run that a step belongs to (Hatchet)
  std::string_view due_text;    // RFC 3339 (Celery's eta)
  std::string_view due_list;    // a JSON array of such (Hatchet's run_at)
  std::string_view wait_basis;  // waybill's own, as is all with `own` in front
  std::string_view own_role;
  std::string_view own_wait_for;
  std::optional<std::int64_t> retries;  // counts from 0
  std::optional<std::int64_t> attempt;  // counts from 1
  std::optional<std::int64_t> batch_size;
  std::optional<std::int64_t> enqueued_seconds;  // whole seconds since 1970 (Azure)
  std::optional<std::int64_t> queue_time_ms;     // record's stamp → processing (Kafka, Java agent)
  std::optional<double> latency_ms;  // publish → receive: age, delays and backoff included (Sentry)
  std::optional<std::int64_t> own_wait;
  std::optional<std::int64_t> own_age;
  std::optional<std::int64_t> own_held;
  std::optional<std::int64_t> own_due;
  bool redelivered = false;  // an earlier delivery failed without a trace
  bool any = false;          // at least one attribute that only messaging spans have
};

// Keys without a prefix (`attempt`, `queue`): only a tool that is known to write them is believed.
enum class plain_names : bool { ignored, read };

// One pass over the attributes. Where two spellings are there, the newer one counts.
messaging_attributes fold_messaging_attributes(const span_record& span, plain_names plain) noexcept;

}  // namespace waybill::inline v0
