#include <waybill/analysis/tool_signature.hpp>

#include <algorithm>
#include <array>

namespace waybill::inline v0 {
namespace {

using enum message_role;
using sign = tool_signature::sign;
using words_in = tool_signature::words_in;

constexpr auto hidden = delay_rule::hidden;
constexpr auto seldom = delay_rule::seldom;
constexpr auto no_delay = delay_rule::none;
constexpr auto shown = delay_rule::shown;
constexpr auto wrapped = handler_rule::wrapped;
constexpr auto delivered = handler_rule::delivered;

constexpr auto by_a_call = delay_rule::by_a_call;

// OpenTelemetry's words through the years, and the calls of the AWS API.
constexpr std::array<role_word, 16> conventional{{
    {"send", enqueue},
    {"publish", enqueue},
    {"create", enqueue},
    {"enqueue", enqueue},
    {"process", process},
    {"deliver", process},
    {"receive", receive},
    {"poll", receive},
    {"recv", receive},
    {"subscribe", receive},
    {"settle", none},
    {"ack", none},
    {"nack", none},
    {"SendMessage", enqueue},
    {"SendMessageBatch", enqueue},
    {"ReceiveMessage", receive},
}};
constexpr std::array<role_word, 2> celery{{{"apply_async", enqueue}, {"run", process}}};
constexpr std::array<role_word, 6> bullmq{{
    {"add", enqueue},
    {"addBulk", enqueue},
    {"addFlow", enqueue},
    {"addBulkFlows", enqueue},
    {"process", process},
    {"resume", opens},
}};
constexpr std::array<role_word, 7> hatchet{{
    {"hatchet.run_workflow", enqueue},
    {"hatchet.run_workflows", enqueue},
    {"hatchet.schedule_workflow", enqueue},
    {"hatchet.push_event", enqueue},
    {"hatchet.bulk_push_event", enqueue},
    {"hatchet.start_step_run", process},
    {"hatchet.task", process},
}};
constexpr std::array<role_word, 6> temporal{{
    {"StartWorkflow", enqueue},
    {"SignalWithStartWorkflow", enqueue},
    {"StartChildWorkflow", enqueue},
    {"StartActivity", enqueue, delay_rule::hidden_without_run},
    {"RunWorkflow", process},
    {"RunActivity", process, delay_rule::hidden_without_run},
}};
// Beside the op a span may have the conventions' words, which then count.
constexpr std::array<role_word, 9> sentry{{
    {"queue.publish", enqueue},
    {"queue.submit", enqueue},
    {"queue.process", process},
    {"queue.task", process},
    {"send", enqueue},
    {"publish", enqueue},
    {"create", enqueue},
    {"process", process},
    {"receive", receive},
}};
constexpr std::array<role_word, 1> own{{{"queued", queued}}};

struct columns {
  bool receive_handles = false;
  bool engine_clock = false;
  bool retry_is_message = false;
  bool direct_route = false;
  bool run_has_steps = false;
  plain_names plain = plain_names::ignored;
};

constexpr tool_signature row(std::string_view tool, sign known_by, std::string_view key,
                             std::string_view value, words_in look_in, std::span<const role_word> words,
                             delay_rule delay, handler_rule handler, columns more = {}) {
  return {tool,
          known_by,
          key,
          value,
          look_in,
          words,
          words.data() != conventional.data(),
          delay,
          handler,
          more.receive_handles,
          more.engine_clock,
          more.retry_is_message,
          more.direct_route,
          more.run_has_steps,
          more.plain};
}

constexpr columns route{.direct_route = true};
constexpr columns receive_and_route{.receive_handles = true, .direct_route = true};

// Special tools before the conventions, scopes before systems.
// clang-format off
constexpr std::array signatures{
    row("waybill", sign::has_attribute, "waybill.span", "", words_in::name, own, shown, wrapped),
    row("waybill", sign::has_attribute, "waybill.attempt", "", words_in::operation, conventional, shown, wrapped),
    row("celery", sign::has_attribute, "celery.action", "", words_in::operation, celery, shown, wrapped, {.retry_is_message = true}),
    row("bullmq", sign::has_attribute, "bullmq.queue.operation", "", words_in::operation, bullmq, seldom, wrapped),
    row("hatchet", sign::attribute_begins, "instrumentor", "hatchet", words_in::name, hatchet, shown, wrapped, {.run_has_steps = true, .plain = plain_names::read}),
    row("temporal", sign::has_attribute, "temporalWorkflowID", "", words_in::name, temporal, hidden, wrapped, {.engine_clock = true}),
    row("temporal", sign::has_attribute, "temporalActivityID", "", words_in::name, temporal, hidden, wrapped, {.engine_clock = true}),
    row("temporal", sign::name_fits, "", "", words_in::name, temporal, hidden, wrapped, {.engine_clock = true, .plain = plain_names::read}),
    row("river", sign::scope_begins, "", "github.com/riverqueue", words_in::operation, conventional, hidden, wrapped, {.plain = plain_names::read}),
    row("sentry", sign::attribute_begins, "sentry.origin", "auto.queue.kafka", words_in::operation, sentry, no_delay, wrapped, route),
    row("sentry", sign::attribute_begins, "sentry.origin", "auto.queue.amqplib", words_in::operation, sentry, no_delay, delivered, route),
    row("bullmq", sign::system_is, "", "bullmq", words_in::operation, bullmq, seldom, wrapped),
    row("rq", sign::attribute_begins, "sentry.op", "queue.task.rq", words_in::operation, sentry, by_a_call, wrapped),
    row("hatchet", sign::attribute_begins, "sentry.op", "hatchet.task", words_in::operation, hatchet, by_a_call, wrapped),
    row("celery", sign::attribute_begins, "sentry.origin", "auto.queue.celery", words_in::operation, sentry, seldom, wrapped),
    row("sentry", sign::attribute_begins, "sentry.op", "queue.", words_in::operation, sentry, hidden, wrapped),
    row("sidekiq", sign::system_is, "", "sidekiq", words_in::operation, conventional, hidden, wrapped),
    // RabbitMQ itself has no delay: what was parked in another queue comes back under another name.
    row("pika", sign::scope_begins, "", "opentelemetry.instrumentation.pika", words_in::operation, conventional, no_delay, wrapped, receive_and_route),
    row("aio-pika", sign::scope_begins, "", "opentelemetry.instrumentation.aio_pika", words_in::operation, conventional, no_delay, delivered, receive_and_route),
    row("amqplib", sign::scope_begins, "", "@opentelemetry/instrumentation-amqplib", words_in::operation, conventional, no_delay, delivered, route),
    row("rabbitmq", sign::system_is, "", "rabbitmq", words_in::operation, conventional, no_delay, wrapped, route),
    row("kafka", sign::system_is, "", "kafka", words_in::operation, conventional, no_delay, wrapped, route),
    row("gcp_pubsub", sign::system_is, "", "gcp_pubsub", words_in::operation, conventional, no_delay, wrapped),
    row("redis", sign::system_is, "", "redis", words_in::operation, conventional, delay_rule::hidden_outside_streams, wrapped, route),
    row("nats", sign::system_is, "", "nats", words_in::operation, conventional, no_delay, wrapped),
    row("kinesis", sign::system_is, "", "aws_kinesis", words_in::operation, conventional, no_delay, wrapped, route),
    row("aws_sqs", sign::system_is, "", "aws_sqs", words_in::operation, conventional, seldom, wrapped, route),
    row("", sign::any_messaging, "", "", words_in::operation, conventional, hidden, wrapped, route),
};
// clang-format on

bool fits(const tool_signature& row, const span_record& span, std::string_view system) noexcept {
  switch (row.known_by) {
    case sign::has_attribute:
      return !find_attribute(span.attributes, row.key).is_absent();
    case sign::attribute_begins:
      return find_attribute(span.attributes, row.key).as_text().starts_with(row.value);
    case sign::scope_begins:
      return span.scope != nullptr && span.scope->name.starts_with(row.value);
    case sign::name_fits: {
      const auto colon = span.name.find(':');
      return colon != std::string_view::npos &&
             std::ranges::find(row.words, span.name.substr(0, colon), &role_word::word) != row.words.end();
    }
    case sign::system_is:
      return system == row.value;
    case sign::any_messaging:
      return !system.empty() || span.kind == span_kind::producer || span.kind == span_kind::consumer;
  }
  return false;
}

}  // namespace

std::string_view canonical_system(std::string_view system) noexcept {
  if (system == "aws.sqs" || system == "AmazonSQS") return "aws_sqs";
  return system;
}

const tool_signature* find_tool(const span_record& span, std::string_view system) noexcept {
  for (const auto& row : signatures) {
    if (fits(row, span, system)) return &row;
  }
  return nullptr;
}

}  // namespace waybill::inline v0
