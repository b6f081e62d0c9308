#include <waybill/task/task.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/formats/known_headers.hpp>
#include <waybill/propagation/extracted.hpp>
#include <waybill/record/event_names.hpp>
#include <waybill/record/wait_names.hpp>
#include <waybill/task/event_block.hpp>
#include <waybill/task/task_settings.hpp>
#include <waybill/tracing/read_message.hpp>
#include <waybill/tracing/span_block.hpp>
#include <waybill/tracing/span_limits.hpp>
#include <waybill/tracing/tracing_backend.hpp>
#include <waybill/tracing/type_name.hpp>

#include <cxxabi.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>
#include <typeinfo>

namespace waybill::inline v0 {
namespace {

// The stamp's times, as far as they speak of this message in this queue. A stamp that was copied along (to a retry topic,
// a dead letter queue, a child run) tells the age and nothing else.
stamped_times times_of(const extracted& headers, const message_info& message) noexcept {
  stamped_times times;
  if (const auto& stamp = headers.stamp()) {
    const bool elsewhere = stamp->destination && !message.queue.empty() &&
                           *stamp->destination != destination_hash(message.queue);
    const bool later_attempt = stamp->attempt.value_or(1) > 1 && stamp->attempt != message.attempt;
    times.created = stamp->created ? stamp->created : stamp->stamped;
    if (!elsewhere && !later_attempt) {
      times.sent = stamp->stamped;
      times.due = stamp->due;
    }
  } else if (headers.sentry_enqueued()) {
    times.sent = headers.sentry_enqueued();
  }
  return times;
}

std::string_view to_text(task_outcome outcome) noexcept {
  switch (outcome) {
    case task_outcome::ok:
      return "ok";
    case task_outcome::error:
      return "error";
    case task_outcome::cancelled:
      return "cancelled";
  }
  return "ok";
}

std::string_view to_text(disagreement found) noexcept {
  switch (found) {
    case disagreement::none:
      return {};
    case disagreement::decision:
      return "decision";
    case disagreement::span:
      return "span";
    case disagreement::trace:
      return "trace";
  }
  return {};
}

// Text put together on the stack, cut where it is full.
template <std::size_t Size>
class short_text {
 public:
  short_text& add(std::string_view text) noexcept {
    const std::size_t fits = std::min(text.size(), Size - size_);
    if (fits == 0) return *this;  // memcpy wants no null
    std::memcpy(text_ + size_, text.data(), fits);
    size_ += fits;
    return *this;
  }
  std::string_view view() const noexcept { return {text_, size_}; }

 private:
  char text_[Size];
  std::size_t size_ = 0;
};

attribute_value or_absent(std::string_view text) noexcept {
  return text.empty() ? attribute_value{} : attribute_value{text};
}

// What both records and the span say alike: names, and times.
template <class Record>
void describe_message(Record& to, const message_info& message, const queue_timing& timing) noexcept {
  to.set(wait_names::system, or_absent(message.system));
  to.set(wait_names::destination, or_absent(message.queue));
  to.set(wait_names::message_id, or_absent(message.message_id));
  to.set(wait_names::attempt, timing.attempt);
  to.set(wait_names::worker, or_absent(message.worker));
  to.set(wait_names::wait_basis, to_text(timing.basis));
  to.set(wait_names::wait_duration, timing.wait);
  if (timing.wait) to.set(wait_names::wait_enqueued, timing.wait_began);
  to.set(wait_names::held, timing.held);
  to.set(wait_names::due, timing.due);
  to.set(wait_names::age, timing.age);
}

// Whoever another format names as the sender, in another trace: which of them is the true one nobody can know.
void link_others(detached_span& span, const extracted& headers) noexcept {
  headers.for_each_other_sender([&](std::string_view header, const span_ids& ids) {
    span.add_link(trace_context{ids}, {{wait_names::link_header, header}});
  });
}

void describe_extraction(event_block& to, const extracted& headers) noexcept {
  to.set(event_names::extraction, headers.ids() ? headers.source() : std::string_view{"none"});
  to.set(event_names::disagreement, or_absent(to_text(headers.disagreement())));
  short_text<512> reasons;
  headers.rejected().for_each([&](rejection what) {
    if (!reasons.view().empty()) reasons.add("; ");
    reasons.add(reason(what));
  });
  to.set(event_names::rejected, or_absent(reasons.view()));
}

// What the call leaves open, by the rules of this process.
task_options decide(const task_options& options, task_name name, const message_info& message) noexcept {
  task_options decided = options;
  const auto& rules = current_task_settings().policies;
  if (rules.empty()) return decided;
  const auto policy = rules.find(message.queue, name.kind, name.action);
  if (!decided.relation.always && !decided.relation.max_age && policy.relation)
    decided.relation = *policy.relation;
  if (!decided.trusted) decided.trusted = policy.trusted;
  return decided;
}

}  // namespace

task* task::make(const task_options& options) noexcept {
  task* const made = new (std::nothrow) task;
  tracer* const counts = options.made_by != nullptr ? options.made_by : default_tracer();
  if (made != nullptr || counts == nullptr) return made;
  for ([[maybe_unused]] const auto record : {"its start", "its span", "its event"}) counts->count_dropped();
  return made;
}

task& task::unrecorded() noexcept {
  union forever {
    forever() noexcept : only{} {
      only.context_ = trace_context{span_ids{.trace = trace_id::make()}};
      only.finished_ = true;
    }
    ~forever() {}
    task only;
  };
  static forever kept;
  return kept.only;
}

void task::begin(task_name name, const message_info& message, const received_headers& headers,
                 bool carrier_read, const task_options& options) noexcept {
  task_options decided = decide(options, name, message);
  if (decided.trusted != trust::ignore)
    return begin(name, message, read_message(headers, carrier_read), decided);
  // As if nothing had come with the message, its stamp included.
  decided.trusted = trust::follow;
  const received_headers none{default_headers};
  begin(name, message, read_message(none, true), decided);
}

void task::begin(task_name name, const message_info& message, const extracted& headers,
                 const task_options& options) noexcept {
  started_ = wall_now();
  steady_start_ = steady_now();
  settings_ = &current_task_settings();
  tracer_ = options.made_by != nullptr ? options.made_by : default_tracer();
  timing_ = measure_queue_timing(message, times_of(headers, message), started_);

  const trace_context sender = headers.to_context();
  const relation kept = within_trust(choose_relation(options.relation, {.age = timing_.age}),
                                     options.trusted.value_or(trust::follow));
  const bool continues = kept == relation::parent;
  short_text<200> span_name;
  span_name.add("task:").add(name.kind).add("/").add(name.action);
  short_text<80> op;
  op.add(message.system.empty() ? "queue" : message.system).add(".task");
  span_ = start_detached_span(tracer_, span_name.view(),
                              {.op = op.view(),
                               .kind = span_kind::consumer,
                               .parent = continues ? &sender : nullptr,
                               .new_trace = !continues,
                               .start = started_,
                               .link = kept == relation::link && headers.ids() ? &sender : nullptr});
  context_ = span_.context() ? *span_.context() : sender;
  if (kept != relation::fresh) link_others(span_, headers);
  span_.set("messaging.operation.name", "process");
  span_.set("messaging.operation.type", "process");
  describe_message(span_, message, timing_);
  if (timing_.wait && *timing_.wait >= 0) {
    span_.set(wait_names::receive_latency, static_cast<double>(*timing_.wait) / 1e6);
  }
  if (continues && headers.ids()) export_wait_span(sender, message.queue, timing_);

  if (tracer_ == nullptr) return;
  start_record_ = event_block::make(*tracer_, event_names::task_start, context_->ids());
  event_block_ = event_block::make(*tracer_, event_names::task_end, context_->ids());
  for (event_block* const record : {start_record_, event_block_}) {
    if (record == nullptr) continue;
    record->set(event_names::name, span_name.view().substr(5));
    record->set(event_names::kind, name.kind);
    record->set(event_names::action, name.action);
    describe_message(*record, message, timing_);
    describe_extraction(*record, headers);
    if (span_.sampling_capped()) record->set(event_names::sampling_capped, true);
  }
  if (event_block_ == nullptr) return;
  if (const auto* const copied = event_block_->attributes.find(event_names::name))
    name_ = copied->value.as_text();
  event.open(event_block_, &settings_->secrets);
}

// Other tools draw spans, not attributes: so the wait is one as well. Never where it would be negative.
void task::export_wait_span(const trace_context& sender, std::string_view queue,
                            const queue_timing& timing) noexcept {
  const auto& ids = span_.context() ? span_.context()->ids() : context_->ids();
  const bool is_wanted = tracer_ == nullptr || tracer_->wait_spans();
  if (!is_wanted || !span_.recording() || !timing.wait || *timing.wait < 0 || *timing.wait_began <= 0) return;
  short_text<200> name;
  name.add("queued");
  if (!queue.empty()) name.add(" ").add(queue);
  char for_span[16];
  ids.span->write_hex_to(for_span);
  const auto describe = [&](auto&& set) {
    set(wait_names::span_role, wait_names::role_queue_wait);
    set(wait_names::wait_for_span, std::string_view{for_span, sizeof for_span});
    set(wait_names::destination, or_absent(queue));
    set(wait_names::wait_basis, to_text(timing.basis));
  };
  // Under the sender's span; that is another trace where the task only links to it.
  tracing_backend* const backend = span_.is_backends() ? registered_backend() : nullptr;
  if (backend != nullptr && backend->takes_past_spans()) {
    const auto drawn = backend->start_span(name.view(), {.parent = &sender, .start = *timing.wait_began});
    if (drawn == nullptr) return;
    describe([&](std::string_view key, const attribute_value& value) { drawn->set(key, value); });
    drawn->end_at(started_);
    return;
  }
  if (tracer_ == nullptr) return;
  span_block* const block = span_block::make(*tracer_, sender.ids().trace, span_id::make(), name.view());
  if (block == nullptr) return;
  block->record.parent = sender.ids().span;
  block->record.flags = 0x301;
  block->carry_baggage_of(sender.ids().trace == ids.trace ? *context_ : sender);
  block->record.start = *timing.wait_began;
  describe([&](std::string_view key, const attribute_value& value) {
    block->attributes.set(block->memory, tracer_->limits(), key, value);
  });
  block->finish(started_);
}

void task::begin_batch(task_name name, const message_info& common, std::size_t size,
                       const task_options& options) noexcept {
  task_options apart = options;
  apart.relation = {.always = relation::fresh};
  apart.trusted = trust::follow;
  const received_headers none{default_headers};
  begin(name, common, read_message(none, true), apart);
  const auto count = static_cast<std::int64_t>(size);
  span_.set(wait_names::batch_size, count);
  for (event_block* const record : {start_record_, event_block_}) {
    if (record != nullptr) record->set(wait_names::batch_size, count);
  }
}

// The wait stands on the message's own link, as it would on the span of a task.
void task::add_message(task_name name, const message_info& message, const extracted& headers,
                       const task_options& options) noexcept {
  const task_options decided = decide(options, name, message);
  const relation kept = within_trust(choose_relation(decided.relation, {.batched = true}),
                                     decided.trusted.value_or(trust::follow));
  if (kept == relation::fresh || !headers.ids()) return;
  const queue_timing timing = measure_queue_timing(message, times_of(headers, message), started_);
  const trace_context sender = headers.to_context();
  span_.add_link(sender, {{wait_names::message_id, or_absent(message.message_id)},
                          {wait_names::attempt, timing.attempt},
                          {wait_names::wait_basis, to_text(timing.basis)},
                          {wait_names::wait_duration, timing.wait},
                          {wait_names::wait_enqueued, timing.wait ? timing.wait_began : std::nullopt},
                          {wait_names::held, timing.held},
                          {wait_names::due, timing.due},
                          {wait_names::age, timing.age}});
  if (sender.ids().decision == sampling_decision::not_sampled) return;
  if (drawn_waits_ == (tracer_ != nullptr ? tracer_->limits() : span_limits{}).link_count) return;
  ++drawn_waits_;
  export_wait_span(sender, message.queue, timing);
}

void task::finish_batch(std::size_t failed, std::string_view message) noexcept {
  if (finished_) return;
  if (outcome_ == task_outcome::ok) fail(event_names::message_failed, message);
  if (event_block_ != nullptr)
    event.set_reserved(event_names::failed_messages, static_cast<std::int64_t>(failed));
}

bool task::wants_metadata() const noexcept {
  return event_block_ != nullptr && !settings_->event_metadata.empty();
}

void task::offer_metadata(std::string_view key, std::string_view value) noexcept {
  for (const auto& wanted : settings_->event_metadata) {
    if (!ascii_iequals(wanted, key)) continue;
    short_text<255> name;
    name.add(event_names::metadata_prefix).add(wanted);
    const attribute_value shown = settings_->secrets.is_secret(wanted) ? redacted_text : value;
    if (start_record_ != nullptr) start_record_->set(name.view(), shown);
    if (event_block_ != nullptr) event_block_->set(name.view(), shown);
  }
}

void task::announce() noexcept {
  if (start_record_ != nullptr) {
    short_text<256> text;
    text.add("task ").add(name_).add(" started");
    std::exchange(start_record_, nullptr)->finish(started_, 9, text.view());
  }
  if (event_block_ != nullptr)
    event.open(event_block_, &settings_->secrets);  // metadata is among the reserved now
}

void task::fail(std::string_view type, std::string_view message) noexcept {
  if (finished_) return;
  outcome_ = task_outcome::error;
  span_.fail(type, message);
  if (event_block_ == nullptr) return;
  event.set_reserved(event_names::error_type, type);
  event.set_reserved(event_names::error_message, message);
}

void task::fail_with(const std::exception& error) noexcept {
  char room[128];
  fail(type_name(error, room), error.what());
  span_.add_event("exception",
                  {{"exception.type", type_name(error, room)}, {"exception.message", error.what()}});
}

void task::fail_with_unknown() noexcept {
  if (finished_) return;
  const std::type_info* const type = abi::__cxa_current_exception_type();
  if (type == nullptr) {  // a forced unwind: pthread_exit, or the thread is cancelled
    outcome_ = task_outcome::cancelled;
    span_.fail("cancelled", "the thread was ended inside the task");
    return;
  }
  char room[128];
  fail(type_name(*type, room), "an exception that is no std::exception");
}

void task::finish() noexcept {
  if (finished_) return;
  finished_ = true;
  const std::int64_t duration = steady_now() - steady_start_;
  span_.end();
  if (start_record_ != nullptr) std::exchange(start_record_, nullptr)->release_unused();
  event_block* const block = event.close();
  event_block_ = nullptr;
  if (block == nullptr) return;
  block->set(event_names::outcome, to_text(outcome_));
  block->set(event_names::duration, duration);
  char text[320];
  const int size = std::snprintf(text, sizeof text, "task %.*s %s in %.3f s", static_cast<int>(name_.size()),
                                 name_.data(), to_text(outcome_).data(), static_cast<double>(duration) / 1e9);
  const std::int32_t severity = outcome_ == task_outcome::ok ? 9 : outcome_ == task_outcome::error ? 17 : 13;
  block->finish(started_ + duration, severity, {text, static_cast<std::size_t>(std::max(size, 0))});
}

}  // namespace waybill::inline v0
