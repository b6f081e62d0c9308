#include <waybill/store/task_row.hpp>

#include <waybill/record/event_names.hpp>
#include <waybill/record/wait_names.hpp>
#include <waybill/store/hash.hpp>
#include <waybill/store/hash_index.hpp>

#include <cmath>

namespace waybill::inline v0 {
namespace {

constexpr std::uint8_t counts_flag = 1;
constexpr std::uint8_t works_flag = 2;
constexpr std::size_t columns = 7;

// A latency in milliseconds is taken at its word only where it is known to leave out what was a delay on
// purpose, or a retry's backoff: Celery's is not.
std::optional<std::int64_t> stated_wait(std::span<const attribute> attributes) noexcept {
  const attribute_value own = find_attribute(attributes, wait_names::wait_duration);
  if (own.kind() == value_kind::integer) return own.as_integer();
  if (find_attribute(attributes, wait_names::wait_basis).kind() != value_kind::absent) return std::nullopt;
  const attribute_value latency = find_attribute(attributes, wait_names::receive_latency);
  const bool is_number = latency.kind() == value_kind::number || latency.kind() == value_kind::integer;
  if (!is_number || !(std::abs(latency.as_number()) < 1e12)) return std::nullopt;
  if (find_attribute(attributes, wait_names::system).as_text() == "celery") return std::nullopt;
  const attribute_value retries = find_attribute(attributes, "messaging.message.retry.count");
  if (retries.kind() == value_kind::integer && retries.as_integer() > 0) return std::nullopt;
  return static_cast<std::int64_t>(latency.as_number() * 1e6);
}

std::string_view queue_of(std::span<const attribute> attributes) noexcept {
  for (const std::string_view name : {wait_names::destination, std::string_view{"messaging.destination"},
                                      std::string_view{"bullmq.queue.name"}}) {
    const attribute_value value = find_attribute(attributes, name);
    if (value.kind() == value_kind::text && !value.as_text().empty()) return value.as_text();
  }
  return {};
}

bool tells_of_itself_twice(const span_record& span) noexcept {
  return span.scope != nullptr && span.scope->name == "waybill" && span.name.starts_with("task:");
}

}  // namespace

std::optional<task_row> task_row_of(const span_record& span) noexcept {
  if (span.kind != span_kind::consumer) return std::nullopt;
  return task_row{.counts = !tells_of_itself_twice(span),
                  .works = true,
                  .started = span.start,
                  .work = chunk_format::step(span.start, span.end),
                  .wait = stated_wait(span.attributes),
                  .queue = queue_of(span.attributes)};
}

std::optional<task_row> task_row_of(const log_record& log) noexcept {
  if (log.event_name != event_names::task_end) return std::nullopt;
  const attribute_value duration = find_attribute(log.attributes, event_names::duration);
  const std::int64_t work = duration.kind() == value_kind::integer ? duration.as_integer() : 0;
  return task_row{.counts = true,
                  .started = chunk_format::step(work, log.time),
                  .work = work,
                  .wait = stated_wait(log.attributes),
                  .queue = queue_of(log.attributes)};
}

std::string pack_tasks(std::span<const task_row> rows) {
  byte_column flags, queue_numbers, starts, waits, works, chunks, traces;
  std::vector<std::string_view> queues;
  hash_index places;
  std::int64_t last_start = 0;
  std::int64_t last_chunk = 0;
  for (const auto& row : rows) {
    const auto next = static_cast<std::uint32_t>(queues.size());
    const std::uint32_t queue = places.find_or_add(hash_bytes(row.queue, 0), next,
                                                   [&](std::uint32_t at) { return queues[at] == row.queue; });
    if (queue == next) queues.push_back(row.queue);
    flags.byte(static_cast<std::uint8_t>((row.counts ? counts_flag : 0) | (row.works ? works_flag : 0)));
    queue_numbers.varint(queue);
    starts.signed_varint(chunk_format::step(last_start, row.started));
    waits.varint(row.wait ? 1 : 0);
    if (row.wait) waits.signed_varint(*row.wait);
    works.signed_varint(row.work);
    chunks.signed_varint(std::int64_t{row.chunk} - last_chunk);
    traces.varint(row.trace);
    last_start = row.started;
    last_chunk = row.chunk;
  }
  byte_column packed;
  packed.varint(rows.size());
  packed.varint(queues.size());
  for (const std::string_view queue : queues) {
    packed.varint(queue.size());
    packed.bytes(queue);
  }
  for (const byte_column* one : {&flags, &queue_numbers, &starts, &waits, &works, &chunks, &traces}) {
    packed.varint(one->view().size());
    packed.bytes(one->view());
  }
  return std::string{packed.view()};
}

task_walk::task_walk(std::string_view packed) {
  byte_walk all{packed};
  left_ = all.varint();
  const std::uint64_t names = all.varint();
  // A row takes a byte in each column at least, and every name is some row's.
  if (left_ > all.left().size() / columns || names > left_) throw damaged_chunk{};
  queues_.reserve(names);
  for (std::uint64_t i = 0; i < names; ++i) {
    const std::uint64_t size = all.varint();
    queues_.push_back(all.bytes(size));
  }
  for (byte_walk* one : {&flags_, &queue_numbers_, &starts_, &waits_, &works_, &chunks_, &traces_}) {
    const std::uint64_t size = all.varint();
    *one = byte_walk{all.bytes(size)};
  }
}

bool task_walk::next(task_row& row, std::uint32_t& queue) {
  if (left_ == 0) return false;
  --left_;
  const std::uint8_t flags = flags_.byte();
  row.counts = (flags & counts_flag) != 0;
  row.works = (flags & works_flag) != 0;
  queue = static_cast<std::uint32_t>(queue_numbers_.varint());
  if (queue >= queues_.size()) throw damaged_chunk{};
  row.queue = queues_[queue];
  row.started = last_start_ = chunk_format::after(last_start_, starts_.signed_varint());
  row.wait.reset();
  if (waits_.varint() != 0) row.wait = waits_.signed_varint();
  row.work = works_.signed_varint();
  last_chunk_ = chunk_format::after(last_chunk_, chunks_.signed_varint());
  row.chunk = static_cast<std::uint32_t>(last_chunk_);
  row.trace = static_cast<std::uint32_t>(traces_.varint());
  return true;
}

}  // namespace waybill::inline v0
