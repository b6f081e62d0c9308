#include <waybill/tracing/detached_span.hpp>

#include <waybill/base/random.hpp>
#include <waybill/propagation/sampling_state.hpp>
#include <waybill/tracing/ambient.hpp>
#include <waybill/tracing/local_root.hpp>
#include <waybill/tracing/process_sentry.hpp>
#include <waybill/tracing/span_block.hpp>
#include <waybill/tracing/tracing_backend.hpp>
#include <waybill/tracing/type_name.hpp>

#include <exception>
#include <memory>
#include <utility>

namespace waybill::inline v0 {
namespace {

// A child of parent, or the root of a trace: ids only.
span_ids ids_of_new_span(tracer& made_by, const trace_context* parent) noexcept {
  if (parent == nullptr) {
    const auto words = random_words<3>();
    const auto trace = trace_id::from_random({words[0], words[1]});
    return {.trace = trace,
            .span = span_id::from_random({words[2]}),
            .decision = made_by.sampling().decide(trace_randomness(trace)),
            .random = true};
  }
  span_ids ids = parent->ids();
  ids.span = span_id::from_random(random_words<1>());
  if (ids.remote && ids.decision == sampling_decision::sampled && !made_by.allows_forced_sampling())
      [[unlikely]] {
    ids.decision = sampling_decision::not_sampled;
    ids.debug = false;
  }
  ids.remote = false;
  ids.unsure = false;
  if (ids.decision == sampling_decision::deferred) [[unlikely]]
    ids.decision = made_by.sampling().decide(randomness_of(*parent));
  return ids;
}

context_text* text_of_new_span(const tracer& made_by, const span_ids& ids, const trace_context* parent,
                               std::string_view name) noexcept {
  if (!is_local_root(parent)) return parent->shared_text();
  if (process_sentry() == nullptr && (parent == nullptr || parent->text() == nullptr)) return nullptr;
  const bool decided_here = parent == nullptr || parent->ids().decision == sampling_decision::deferred;
  return text_of_local_root(made_by, ids, parent, name, decided_here);
}

std::uint32_t record_flags(const span_ids& ids, const trace_context* parent) noexcept {
  return 1U | (ids.random ? 2U : 0U) | 0x100U | (parent != nullptr && parent->ids().remote ? 0x200U : 0U);
}

// Returns the backend's own span under parent, owned by the caller; null when there is no backend, or it cannot start one.
[[gnu::noinline]] backend_span* start_backend_span(std::string_view name, const span_options& options,
                                                   const trace_context* parent) noexcept {
  span_options resolved = options;
  resolved.parent = parent;
  resolved.new_trace = parent == nullptr;
  auto started = registered_backend()->start_span(name, resolved);
  if (started != nullptr && !options.op.empty()) started->set("sentry.op", options.op);
  return started.release();
}

}  // namespace

detached_span::detached_span(detached_span&& other) noexcept
    : context_(std::move(other.context_)),
      block_(std::exchange(other.block_, nullptr)),
      backend_(std::exchange(other.backend_, nullptr)),
      clock_offset_(other.clock_offset_),
      failed_(other.failed_),
      capped_(other.capped_) {
  other.context_.reset();
}

detached_span& detached_span::operator=(detached_span&& other) noexcept {
  if (this != &other) {
    end();
    context_ = std::exchange(other.context_, std::nullopt);
    block_ = std::exchange(other.block_, nullptr);
    backend_ = std::exchange(other.backend_, nullptr);
    clock_offset_ = other.clock_offset_;
    failed_ = other.failed_;
    capped_ = other.capped_;
  }
  return *this;
}

detached_span start_detached_span(tracer* made_by, std::string_view name,
                                  const span_options& options) noexcept {
  detached_span started;
  const ambient_view around;
  const trace_context* const parent = options.new_trace           ? nullptr
                                      : options.parent != nullptr ? options.parent
                                                                  : around.context();
  if (registered_backend() != nullptr) [[unlikely]] {
    started.backend_ = start_backend_span(name, options, parent);
    if (started.backend_ != nullptr) {
      started.context_ = started.backend_->context();
      return started;
    }
  }
  if (made_by == nullptr || made_by->closed()) {  // not started: pass on what came in
    if (made_by != nullptr) made_by->count_dropped();
    if (parent != nullptr) started.context_ = *parent;
    started.clock_offset_ = around.clock_offset();
    return started;
  }

  const span_ids new_ids = ids_of_new_span(*made_by, parent);
  started.context_.emplace(new_ids, text_of_new_span(*made_by, new_ids, parent, name));
  const span_ids& ids = started.context_->ids();
  if (ids.decision != sampling_decision::sampled) {
    started.capped_ = parent != nullptr && parent->ids().decision == sampling_decision::sampled;
    return started;
  }
  const steady_nanos steady = steady_now();
  // One reading of the wall clock for all spans of a local root: a reading costs more than a span does.
  if (options.parent == nullptr && !options.new_trace) started.clock_offset_ = around.clock_offset();
  if (started.clock_offset_ == 0) started.clock_offset_ = wall_now() - steady;
  span_block* const block =
      span_block::make(*made_by, ids.trace, *ids.span, name, started.context_->tracestate());
  if (block == nullptr) return started;
  started.block_ = block;
  block->steady_start = steady;
  block->record.start = options.start != 0 ? options.start : steady + started.clock_offset_;
  block->record.kind = options.kind;
  block->record.flags = record_flags(ids, parent);
  block->carry_baggage_of(*started.context_);
  if (parent != nullptr) block->record.parent = parent->ids().span;
  if (!options.op.empty()) started.set("sentry.op", options.op);
  if (options.link != nullptr) started.add_link(*options.link);
  return started;
}

detached_span start_detached_span(std::string_view name, const span_options& options) noexcept {
  return start_detached_span(default_tracer(), name, options);
}

void detached_span::set(std::string_view key, const attribute_value& value) noexcept {
  // A span with a block has no backend's.
  if (block_ == nullptr ||
      !block_->attributes.add_short(block_->memory, block_->owner->limits(), key, value)) {
    set_any(key, value);
  }
}

void detached_span::set_any(std::string_view key, const attribute_value& value) noexcept {
  if (block_ != nullptr) block_->attributes.set(block_->memory, block_->owner->limits(), key, value);
  if (backend_ != nullptr && !value.is_absent()) backend_->set(key, value);
}

void detached_span::set(std::initializer_list<attribute> attributes) noexcept {
  if (block_ != nullptr) block_->attributes.set(block_->memory, block_->owner->limits(), attributes);
  if (backend_ == nullptr) return;
  for (const auto& one : attributes) {
    if (!one.value.is_absent()) backend_->set(one.key, one.value);
  }
}

void detached_span::add_event(std::string_view name, std::initializer_list<attribute> attributes) noexcept {
  if (block_ != nullptr) block_->add_event(steady_now() + clock_offset_, name, attributes);
  if (backend_ != nullptr) backend_->add_event(name, {attributes.begin(), attributes.size()});
}

void detached_span::add_link(const trace_context& other,
                             std::initializer_list<attribute> attributes) noexcept {
  if (block_ != nullptr) block_->add_link(other.ids(), other.tracestate(), attributes);
  if (backend_ != nullptr) backend_->add_link(other, {attributes.begin(), attributes.size()});
}

void detached_span::fail(std::string_view type, std::string_view message) noexcept {
  failed_ = true;
  if (block_ != nullptr) {
    block_->set_status(status_code::error, message);
    set("error.type", type);
  }
  if (backend_ != nullptr) backend_->fail(type, message);
}

void detached_span::fail_with(const std::exception& error) noexcept {
  char name[128];
  const std::string_view type = type_name(error, name);
  add_event("exception", {{"exception.type", type}, {"exception.message", error.what()}});
  fail(type, error.what());
}

void detached_span::end() noexcept {
  if (block_ != nullptr) {
    auto* const block = std::exchange(block_, nullptr);
    block->finish(block->record.start + (steady_now() - block->steady_start));
  }
  if (backend_ != nullptr) [[unlikely]]
    end_backend_span();
}

void detached_span::end_backend_span() noexcept {
  const std::unique_ptr<backend_span> ended{std::exchange(backend_, nullptr)};
  ended->end();
}

void detached_span::end_at(unix_nanos when) noexcept {
  if (block_ != nullptr) std::exchange(block_, nullptr)->finish(when);
  if (backend_ == nullptr) return;
  const std::unique_ptr<backend_span> ended{std::exchange(backend_, nullptr)};
  ended->end_at(when);
}

}  // namespace waybill::inline v0
