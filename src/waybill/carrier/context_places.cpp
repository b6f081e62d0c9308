#include <waybill/carrier/context_places.hpp>

#include <waybill/base/ascii.hpp>

#include <utility>

namespace waybill::inline v0 {
namespace {

constexpr context_place places[] = {
    {"Lambda event of SQS", "Records.0.messageAttributes Records.0.body", "Records.*.messageAttributes",
     "OpenTelemetry, Sentry"},
    {"Lambda event of SQS", "Records.0.eventSource Records.0.body", "Records.*.attributes",
     "X-Ray: AWSTraceHeader"},
    {"Lambda event of SNS", "Records.0.Sns.Message", "Records.*.Sns.MessageAttributes",
     "OpenTelemetry, Datadog: _datadog"},
    {"SNS notification", "Type Message TopicArn", "MessageAttributes",
     "OpenTelemetry; Datadog: _datadog, binary"},
    {"SQS message", "MessageId Body", "MessageAttributes", "OpenTelemetry; Datadog: _datadog"},
    {"SQS message", "MessageId Body", "Attributes", "X-Ray: AWSTraceHeader"},
    {"Celery message", "headers.task headers.id", "headers", "OpenTelemetry, Sentry, Datadog"},
    {"Celery message", "headers.task headers.id", "headers.headers", "Sentry: the same once more"},
    {"Celery message", "properties.headers.task properties.headers.id", "properties.headers",
     "OpenTelemetry, Sentry, Datadog"},
    {"Celery message", "properties.headers.task properties.headers.id", "properties.headers.headers",
     "Sentry: the same once more"},
    {"Celery message headers", "task root_id id", "", "OpenTelemetry, Sentry, Datadog"},
    {"ActiveJob job", "job_class job_id", "__otel_headers", "OpenTelemetry"},
    {"Sidekiq job", "class jid args", "", "OpenTelemetry"},
    {"Sidekiq job", "class jid args", "trace_propagation_headers", "Sentry"},
    {"BullMQ job", "opts data name", "opts.tm", "bullmq-otel: JSON in JSON"},
    {"BullMQ job", "opts data timestamp", "opts.tm", "bullmq-otel: JSON in JSON"},
    {"BullMQ job", "opts.telemetry.metadata", "opts.telemetry.metadata", "bullmq-otel: JSON in JSON"},
    {"Laravel job", "uuid displayName job", "", "Sentry: sentry_trace_parent_data, sentry_baggage_data"},
    {"Dramatiq message", "queue_name actor_name message_id", "options", "OpenTelemetry: options.trace_ctx"},
    {"Dramatiq message", "queue_name actor_name message_id", "options._sentry_headers", "Sentry"},
    {"RQ job", "created_at origin timeout", "meta", "Sentry: _sentry_trace_headers, in a pickle; Datadog"},
    {"RQ job", "created_at origin meta", "meta", "Sentry: _sentry_trace_headers, in a pickle; Datadog"},
    {"Huey task", "#huey.registry", "sentry_headers", "Sentry"},
    {"Huey task", "kwargs.sentry_headers", "kwargs.sentry_headers", "Sentry"},
    {"Taskiq task", "task_id task_name labels", "labels", "OpenTelemetry"},
    {"Oban job", "worker queue meta", "meta", "OpenTelemetry"},
    {"River job", "kind metadata args", "metadata", "otelriver"},
    {"Hatchet message", "additionalMetadata", "additionalMetadata", "OpenTelemetry"},
    {"Hatchet message", "additional_metadata", "additional_metadata", "OpenTelemetry"},
    {"Temporal headers", "fields._tracer-data", "fields", "OpenTelemetry: _tracer-data"},
    {"Temporal headers", "_tracer-data", "", "OpenTelemetry"},
    {"Kafka message", "topic partition offset", "headers", "OpenTelemetry, Sentry, Datadog"},
    {"Kafka message", "topic partition message.headers", "message.headers", "OpenTelemetry, Sentry, Datadog"},
    {"Kafka message", "magicByte offset", "headers", "OpenTelemetry, Sentry, Datadog"},
    {"Lambda event of Kafka", "eventSource records bootstrapServers", "records.*.headers",
     "OpenTelemetry, Datadog"},
    {"Pub/Sub push", "message.attributes", "message.attributes", "Google's clients: googclient_traceparent"},
    {"Pub/Sub message", "attributes messageId", "attributes", "Google's clients: googclient_traceparent"},
    {"CloudEvents event", "specversion type source", "", "traceparent and tracestate of where it began"},
    {"EventBridge event", "detail-type detail", "detail", "Datadog: _datadog"},
    {"AMQP message", "properties.headers", "properties.headers", "OpenTelemetry, Sentry"},
};

constexpr std::pair<std::string_view, std::string_view> other_names[] = {
    {"diagnostic-id", "traceparent"},  // Azure
    {"sentry_trace", "sentry-trace"},  // JMS, environments
    {"sentrytrace", "sentry-trace"},   // CloudEvents
    {"sentry_baggage", "baggage"},     // environments
    {"sentry_trace_parent_data", "sentry-trace"},
    {"sentry_baggage_data", "baggage"},  // Laravel
    {"sentry_publish_time", "sentry-task-enqueued-time"},
    {"x_amzn_trace_id", "x-amzn-trace-id"},
    {"_x_amzn_trace_id", "x-amzn-trace-id"},  // Lambda's environment
    {"uber_trace_id", "uber-trace-id"},
    {"x_b3_traceid", "x-b3-traceid"},
    {"x_b3_spanid", "x-b3-spanid"},
    {"x_b3_sampled", "x-b3-sampled"},
};
constexpr std::string_view prefixes[] = {"googclient_", "cloudevents:", "ce-", "ce_",
                                         "http_"};  // the last: CGI, WSGI

}  // namespace

std::span<const context_place> context_places() noexcept {
  return places;
}

std::string header_of_key(std::string_view key) {
  std::string name;
  for (const char c : key) name += ascii_lower(c);
  constexpr std::string_view dash = "__dash__";  // JMS
  for (std::size_t at; (at = name.find(dash)) != name.npos;) name.replace(at, dash.size(), "-");
  for (const auto prefix : prefixes) {
    if (name.starts_with(prefix)) {
      name.erase(0, prefix.size());
      break;
    }
  }
  for (const auto& [other, header] : other_names) {
    if (name == other) return std::string{header};
  }
  return name;
}

}  // namespace waybill::inline v0
