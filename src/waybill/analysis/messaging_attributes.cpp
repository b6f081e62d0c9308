#include <waybill/analysis/messaging_attributes.hpp>

#include <waybill/record/wait_names.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace waybill::inline v0 {
namespace {

using text_field = std::string_view messaging_attributes::*;
using integer_field = std::optional<std::int64_t> messaging_attributes::*;

enum class found_on : std::uint8_t {
  messaging_spans,
  other_spans_too,
  plain_tools,  // see plain_names
};

// rank: of two spellings of one thing the one with the lower rank counts.
struct text_spelling {
  std::string_view key;
  text_field field;
  int rank = 0;
  found_on where = found_on::messaging_spans;
};

using m = messaging_attributes;

// Ordered by key.
constexpr auto texts = std::to_array<text_spelling>({
    {"action_name", &m::task, 3, found_on::plain_tools},
    {"bullmq.job.id", &m::message_id, 1},
    {"bullmq.job.name", &m::task},
    {"bullmq.queue.name", &m::destination, 1},
    {"bullmq.queue.operation", &m::operation},
    {"bullmq.worker.id", &m::worker, 1},
    {"bullmq.worker.name", &m::worker},
    {"celery.action", &m::operation},
    {"celery.eta", &m::due_text},
    {"celery.task_name", &m::task},
    {"hatchet.action_name", &m::task},
    {"hatchet.run_at_timestamps", &m::due_list},
    {"hatchet.step_run_id", &m::message_id, 1},
    {"hatchet.worker_id", &m::worker},
    {"hatchet.workflow_name", &m::destination, 2},
    {"hatchet.workflow_run_id", &m::run},
    {"messaging.bullmq.job.name", &m::task},
    {"messaging.bullmq.worker.name", &m::worker},
    {"messaging.consumer.group.name", &m::group},
    {"messaging.destination", &m::destination, 1},
    {"messaging.destination.name", &m::destination},
    {"messaging.kafka.consumer.group", &m::group, 1},
    {"messaging.kafka.message.key", &m::message_key},
    {"messaging.message.id", &m::message_id},
    {"messaging.message_id", &m::message_id, 1},
    {"messaging.operation", &m::operation, 1},
    {"messaging.operation.name", &m::operation, 2},
    {"messaging.operation.type", &m::operation},
    {"messaging.rabbitmq.destination.routing_key", &m::routing_key},
    {"messaging.rabbitmq.routing_key", &m::routing_key, 1},
    {"messaging.sidekiq.job_class", &m::task},
    {"messaging.system", &m::system},
    {"queue", &m::destination, 5, found_on::plain_tools},
    {"rpc.method", &m::operation, 9, found_on::other_spans_too},
    {"run_id", &m::run, 4, found_on::plain_tools},
    {"sentry.op", &m::operation, 8, found_on::other_spans_too},
    {"step_run_id", &m::message_id, 3, found_on::plain_tools},
    {"taskQueue", &m::destination, 5, found_on::plain_tools},
    {"temporalActivityID", &m::message_id, 1},
    {"temporalWorkflowID", &m::run, 1},
    {wait_names::span_role, &m::own_role},
    {wait_names::wait_basis, &m::wait_basis},
    {wait_names::wait_for_span, &m::own_wait_for},
    {wait_names::worker, &m::worker},
    {"worker_id", &m::worker, 3, found_on::plain_tools},
    {"workflowId", &m::run, 3, found_on::plain_tools},
    {"workflow_name", &m::destination, 4, found_on::plain_tools},
    {"workflow_run_id", &m::run, 3, found_on::plain_tools},
});
static_assert(std::ranges::is_sorted(texts, {}, &text_spelling::key));

struct integer_spelling {
  std::string_view key;
  integer_field field;
  found_on where = found_on::messaging_spans;
};

constexpr auto integers = std::to_array<integer_spelling>({
    {"attempt", &m::attempt, found_on::plain_tools},
    {"bullmq.job.attempts.made", &m::attempt},
    {"celery.retries", &m::retries},
    {"hatchet.retry_count", &m::retries},
    {"kafka.record.queue_time_ms", &m::queue_time_ms},
    {"messaging.batch.message_count", &m::batch_size},
    {"messaging.eventhubs.message.enqueued_time", &m::enqueued_seconds},
    {"messaging.gcp_pubsub.message.delivery_attempt", &m::attempt},
    {"messaging.message.retry.count", &m::retries},
    {"messaging.servicebus.message.delivery_count", &m::attempt},
    {"messaging.servicebus.message.enqueued_time", &m::enqueued_seconds},
    {"retry_count", &m::retries, found_on::plain_tools},
    {wait_names::age, &m::own_age},
    {wait_names::attempt, &m::attempt},
    {wait_names::due, &m::own_due},
    {wait_names::wait_duration, &m::own_wait},
    {wait_names::held, &m::own_held},
});
static_assert(std::ranges::is_sorted(integers, {}, &integer_spelling::key));

template <class Table>
const auto* look_up(const Table& table, std::string_view key) noexcept {
  const auto at = std::ranges::lower_bound(table, key, {}, [](const auto& spelling) { return spelling.key; });
  return at != table.end() && at->key == key ? &*at : nullptr;
}

// Some SDKs write numbers as text.
std::optional<std::int64_t> integer_of(const attribute_value& value) noexcept {
  if (value.kind() == value_kind::integer) return value.as_integer();
  if (value.kind() == value_kind::number && value.as_number() >= -9e15 && value.as_number() <= 9e15) {
    return static_cast<std::int64_t>(value.as_number());
  }
  const std::string_view text = value.as_text();
  std::int64_t parsed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return parsed;
}

// Which spelling each text came from, so that the better one wins in any order.
class ranked_texts {
 public:
  explicit ranked_texts(messaging_attributes& to) noexcept : to_(to) { ranks_.fill(100); }
  void offer(const text_spelling& spelling, std::string_view text) noexcept {
    auto& rank = ranks_[static_cast<std::size_t>(&spelling - texts.data())];
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (texts[i].field == spelling.field && ranks_[i] <= spelling.rank) return;
    }
    rank = spelling.rank;
    to_.*spelling.field = text;
  }

 private:
  messaging_attributes& to_;
  std::array<int, texts.size()> ranks_{};
};

}  // namespace

messaging_attributes fold_messaging_attributes(const span_record& span, plain_names plain) noexcept {
  messaging_attributes folded;
  ranked_texts chosen{folded};
  const auto readable = [plain](found_on where) {
    return where != found_on::plain_tools || plain == plain_names::read;
  };
  for (const auto& [key, value] : span.attributes) {
    if (const auto* text = look_up(texts, key)) {
      if (value.as_text().empty() || !readable(text->where)) continue;
      chosen.offer(*text, value.as_text());
      folded.any = folded.any || text->where == found_on::messaging_spans;
    } else if (const auto* integer = look_up(integers, key)) {
      if (!readable(integer->where)) continue;
      if (const auto number = integer_of(value)) folded.*integer->field = number;
      folded.any = folded.any || integer->where == found_on::messaging_spans;
    } else if (key == wait_names::receive_latency) {
      if (value.kind() == value_kind::number || value.kind() == value_kind::integer)
        folded.latency_ms = value.as_number();
      folded.any = true;
    } else if (key == "celery.delivery_info") {
      folded.redelivered = value.as_text().find("'redelivered': True") != std::string_view::npos;
    }
  }
  return folded;
}

}  // namespace waybill::inline v0
