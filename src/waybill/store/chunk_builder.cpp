#include <waybill/store/chunk_builder.hpp>

#include <waybill/base/random.hpp>
#include <waybill/store/hash.hpp>
#include <waybill/store/related_keys.hpp>

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <new>

namespace waybill::inline v0 {

using namespace chunk_format;

void chunk_builder::zstd_context::operator()(ZSTD_CCtx_s* context) const noexcept {
  ZSTD_freeCCtx(context);
}

chunk_builder::chunk_builder() : zstd_(ZSTD_createCCtx()), seed_(random_bits()) {
  if (!zstd_) throw std::bad_alloc{};
  ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_compressionLevel, compression);
  ZSTD_CCtx_setParameter(zstd_.get(), ZSTD_c_checksumFlag, 1);
}

chunk_builder::chunk_builder(chunk_builder&&) noexcept = default;
chunk_builder& chunk_builder::operator=(chunk_builder&&) noexcept = default;
chunk_builder::~chunk_builder() = default;

template <class Sender>
std::uint32_t chunk_builder::sender_list<Sender>::place_plus_one(const Sender* sender) {
  if (sender == nullptr) return 0;
  if (sender == last) return last_place + 1;
  const auto [pointer, is_new] = known.try_emplace(sender, 0);
  if (is_new) {
    const record_digest digest = digest_of(*sender);
    const auto next = static_cast<std::uint32_t>(all.size());
    pointer->second =
        places.find_or_add(digest.first, next, [&](std::uint32_t at) { return digests[at] == digest; });
    if (pointer->second == next) {
      all.push_back(sender);
      digests.push_back(digest);
    }
  }
  last = sender;
  last_place = pointer->second;
  return last_place + 1;
}

template <class Sender>
void chunk_builder::sender_list<Sender>::clear() noexcept {
  all.clear();
  digests.clear();
  places.clear();
  known.clear();
  last = nullptr;
}

std::uint32_t chunk_builder::see_trace(const trace_id& trace) {
  const auto next = static_cast<std::uint32_t>(traces_.size());
  const std::uint32_t place = trace_places_.find_or_add(
      hash_bytes(trace.view(), seed_), next, [&](std::uint32_t at) { return traces_[at].trace == trace; });
  if (place == next) traces_.push_back({trace, 0});
  traces_[place].latest = ++added_;
  return place;
}

void chunk_builder::add(const span_record& span) {
  const placed<span_record> one{&span, see_trace(span.trace), resources_.place_plus_one(span.resource),
                                scopes_.place_plus_one(span.scope)};
  const auto next = static_cast<std::uint32_t>(spans_.size());
  const std::uint32_t place =
      span_places_.find_or_add(hash_of(span.trace, span.span), next, [&](std::uint32_t at) {
        return spans_[at].record->span == span.span && spans_[at].record->trace == span.trace;
      });
  if (place == next) {
    spans_.push_back(one);
  } else if (says_as_much(span, *spans_[place].record)) {
    spans_[place] = one;
  }
}

void chunk_builder::add(const log_record& log) {
  const record_digest digest = digest_of(log);
  const auto next = static_cast<std::uint32_t>(logs_.size());
  const std::uint32_t place = log_places_.find_or_add(
      digest.first, next, [&](std::uint32_t at) { return log_digests_[at] == digest; });
  const std::uint32_t trace = log.trace ? see_trace(*log.trace) : no_trace;
  if (place != next) return;
  logs_.push_back({&log, trace, resources_.place_plus_one(log.resource), scopes_.place_plus_one(log.scope)});
  log_digests_.push_back(digest);
}

void chunk_builder::put_text(column which, std::string_view text) {
  if (text.empty()) return to(which).varint(1);
  const auto next = static_cast<std::uint32_t>(texts_.size());
  const std::uint32_t place = text_places_.find_or_add(hash_bytes(text, seed_), next,
                                                       [&](std::uint32_t at) { return texts_[at] == text; });
  if (place != next) return to(which).varint(std::uint64_t{place} + 2);
  texts_.push_back(text);
  to(which).varint(0);
}

void chunk_builder::put_value(const attribute_value& value) {
  const auto code = [&](value_code kind) { to(column::value_kinds).byte(static_cast<std::uint8_t>(kind)); };
  switch (value.kind()) {
    case value_kind::boolean:
      return code(value.as_boolean() ? value_code::yes : value_code::no);
    case value_kind::integer:
      code(value_code::integer);
      return to(column::values).signed_varint(value.as_integer());
    case value_kind::number:
      code(value_code::number);
      return to(column::numbers).fixed64(std::bit_cast<std::uint64_t>(value.as_number()));
    case value_kind::text:
      code(value_code::text);
      return put_text(column::values, value.as_text());
    case value_kind::bytes:
      code(value_code::bytes);
      return put_text(column::values, value.as_text());
    case value_kind::list:
      code(value_code::list);
      to(column::values).varint(value.size());
      for (std::size_t i = 0; i < value.size(); ++i) put_value(value.elements()[i]);
      return;
    case value_kind::group:
      code(value_code::group);
      return put_attributes({value.members(), value.size()});
    case value_kind::absent:
    case value_kind::huge:  // never in a record
      return code(value_code::absent);
  }
}

void chunk_builder::put_attributes(std::span<const attribute> attributes) {
  to(column::attribute_counts).varint(attributes.size());
  for (const auto& one : attributes) {
    put_text(column::keys, one.key);
    put_value(one.value);
  }
}

// 0: there is none. 1: the span is not in this chunk. Else where it is, seen from `from`.
std::uint64_t chunk_builder::place_code(const trace_id& trace, const span_id& span, std::size_t from) {
  const auto place = span_places_.find(hash_of(trace, span), [&](std::uint32_t at) {
    return spans_[at].record->span == span && spans_[at].record->trace == trace;
  });
  if (place) return 2 + zigzag(static_cast<std::int64_t>(*place) - static_cast<std::int64_t>(from));
  to(column::far_ids).bytes(span.view());
  return 1;
}

void chunk_builder::put_time(std::int64_t time) {
  to(column::starts).signed_varint(step(last_time_, time));
  last_time_ = time;
}

void chunk_builder::put_span(const placed<span_record>& one, std::size_t place) {
  const span_record& span = *one.record;
  const std::int64_t trace = traces_[one.trace].place;
  to(column::traces).signed_varint(trace - last_trace_);
  last_trace_ = trace;
  to(column::span_ids).bytes(span.span.view());
  to(column::parents).varint(span.parent ? place_code(span.trace, *span.parent, place) : 0);
  to(column::kinds)
      .byte(static_cast<std::uint8_t>(static_cast<unsigned>(span.kind) | static_cast<unsigned>(span.status)
                                                                             << 4));
  to(column::senders).varint(one.sender);
  to(column::senders).varint(one.scope);
  put_time(span.start);
  to(column::durations).signed_varint(step(span.start, span.end));
  put_text(column::names, span.name);
  put_text(column::rare_texts, span.status_message);
  put_text(column::rare_texts, span.tracestate);
  to(column::rare_numbers).varint(span.flags);
  to(column::rare_numbers).varint(span.dropped_attributes);
  to(column::rare_numbers).varint(span.dropped_events);
  to(column::rare_numbers).varint(span.dropped_links);
  put_attributes(span.attributes);
  to(column::event_counts).varint(span.events.size());
  for (const auto& event : span.events) {
    to(column::event_times).signed_varint(step(span.start, event.time));
    put_text(column::names, event.name);
    to(column::rare_numbers).varint(event.dropped_attributes);
    put_attributes(event.attributes);
  }
  to(column::event_counts).varint(span.links.size());
  for (const auto& link : span.links) {
    to(column::link_ids).bytes(link.trace.view());
    to(column::link_ids).bytes(link.span.view());
    put_text(column::rare_texts, link.tracestate);
    to(column::rare_numbers).varint(link.flags);
    to(column::rare_numbers).varint(link.dropped_attributes);
    put_attributes(link.attributes);
  }
}

void chunk_builder::put_log(const placed<log_record>& one) {
  const log_record& log = *one.record;
  to(column::traces).varint(log.trace ? static_cast<std::uint64_t>(traces_[one.trace].place) + 1 : 0);
  if (!log.span) {
    to(column::parents).varint(0);
  } else if (log.trace) {
    to(column::parents).varint(place_code(*log.trace, *log.span, 0));
  } else {
    to(column::parents).varint(1);
    to(column::far_ids).bytes(log.span->view());
  }
  to(column::senders).varint(one.sender);
  to(column::senders).varint(one.scope);
  put_time(log.time);
  to(column::log_fields).signed_varint(step(log.time, log.observed));
  to(column::log_fields).signed_varint(log.severity);
  put_text(column::rare_texts, log.severity_text);
  put_text(column::names, log.event_name);
  to(column::rare_numbers).varint(log.flags);
  to(column::rare_numbers).varint(log.dropped_attributes);
  put_value(log.body);
  put_attributes(log.attributes);
}

std::vector<trace_id> chunk_builder::order_traces() {
  std::vector<std::uint32_t> order(traces_.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return traces_[a].latest < traces_[b].latest; });
  std::vector<trace_id> latest_last;
  latest_last.reserve(order.size());
  for (const std::uint32_t at : order) {
    traces_[at].place = static_cast<std::int64_t>(latest_last.size());
    latest_last.push_back(traces_[at].trace);
  }
  return latest_last;
}

std::vector<std::uint64_t> chunk_builder::collect_ties() const {
  std::vector<std::uint64_t> ties;
  const auto add = [&](std::uint64_t key) { ties.push_back(key); };
  for (const auto& one : spans_) for_each_key(*one.record, add);
  for (const auto& one : logs_) {
    if (one.record->trace) for_each_key(*one.record, add);
  }
  std::sort(ties.begin(), ties.end());
  ties.erase(std::unique(ties.begin(), ties.end()), ties.end());
  return ties;
}

void chunk_builder::measure_times(built_chunk& into) const noexcept {
  const auto see = [&](unix_nanos time) {
    if (time == 0) return;
    if (into.earliest == 0 || time < into.earliest) into.earliest = time;
    if (time > into.latest) into.latest = time;
  };
  for (const auto& one : spans_) {
    see(one.record->start);
    see(one.record->end);
  }
  for (const auto& one : logs_) see(one.record->time != 0 ? one.record->time : one.record->observed);
}

std::vector<task_row> chunk_builder::collect_tasks() const {
  std::vector<task_row> tasks;
  const auto add = [&](std::optional<task_row> row, std::uint32_t trace) {
    if (!row || trace == no_trace) return;
    row->trace = static_cast<std::uint32_t>(traces_[trace].place);
    tasks.push_back(*row);
  };
  for (const auto& one : spans_) add(task_row_of(*one.record), one.trace);
  for (const auto& one : logs_) add(task_row_of(*one.record), one.trace);
  return tasks;
}

std::string chunk_builder::pack(const std::vector<trace_id>& traces, const chunk_dictionary* dictionary) {
  byte_column head;
  head.byte(dictionary == nullptr ? alone : with_dictionary);
  head.varint(traces.size());
  for (const auto& trace : traces) head.bytes(trace.view());

  unpacked_.clear();
  unpacked_.fixed64(hash_bytes(head.view(), head_seed));
  for (const auto& one : columns_) {
    unpacked_.varint(one.view().size());
    unpacked_.bytes(one.view());
  }
  const std::string_view plain = unpacked_.view();
  std::string packed{head.view()};
  packed.resize(packed.size() + ZSTD_compressBound(plain.size()));
  ZSTD_CCtx_refCDict(zstd_.get(), dictionary == nullptr ? nullptr : dictionary->prepared());
  const std::size_t size = ZSTD_compress2(zstd_.get(), packed.data() + head.view().size(),
                                          packed.size() - head.view().size(), plain.data(), plain.size());
  if (ZSTD_isError(size)) throw std::bad_alloc{};  // with room enough, memory is all that it can lack
  packed.resize(head.view().size() + size);
  return packed;
}

void chunk_builder::forget() noexcept {
  spans_.clear();
  span_places_.clear();
  logs_.clear();
  log_digests_.clear();
  log_places_.clear();
  resources_.clear();
  scopes_.clear();
  traces_.clear();
  trace_places_.clear();
  texts_.clear();
  text_places_.clear();
  for (auto& one : columns_) one.clear();
  last_trace_ = 0;
  last_time_ = 0;
}

// What few senders have stands behind the counts, where whoever does not know of it does not look.
void chunk_builder::put_rest(const std::vector<const resource*>& resources,
                             const std::vector<const instrumentation_scope*>& scopes) {
  const auto has_some = [](const auto* one) {
    return one->dropped_attributes != 0 || !one->schema_url.empty();
  };
  const bool has_entities = std::ranges::any_of(resources, [](auto* one) { return !one->entities.empty(); });
  if (!has_entities && !std::ranges::any_of(resources, has_some) && !std::ranges::any_of(scopes, has_some)) {
    return;
  }
  byte_column& counts = to(column::counts);
  const auto put_bytes = [&](std::string_view bytes) {
    counts.varint(bytes.size());
    counts.bytes(bytes);
  };
  const auto put = [&](const auto* one) {
    counts.varint(one->dropped_attributes);
    put_bytes(one->schema_url);
  };
  std::ranges::for_each(resources, put);
  std::ranges::for_each(scopes, put);
  if (!has_entities) return;
  const auto put_keys = [&](std::span<const std::string_view> keys) {
    counts.varint(keys.size());
    std::ranges::for_each(keys, put_bytes);
  };
  for (const resource* sender : resources) {
    counts.varint(sender->entities.size());
    for (const auto& entity : sender->entities) {
      put_bytes(entity.schema_url);
      put_bytes(entity.type);
      put_keys(entity.id_keys);
      put_keys(entity.description_keys);
    }
  }
}

built_chunk chunk_builder::finish(const chunk_dictionary* dictionary) {
  built_chunk built;
  built.traces = order_traces();
  built.ties = collect_ties();
  built.tasks = collect_tasks();
  built.records = records();
  measure_times(built);
  for (const std::size_t count : {resources_.all.size(), scopes_.all.size(), spans_.size(), logs_.size()}) {
    to(column::counts).varint(count);
  }
  for (const resource* sender : resources_.all) put_attributes(sender->attributes);
  for (const instrumentation_scope* scope : scopes_.all) {
    put_text(column::names, scope->name);
    put_text(column::names, scope->version);
    put_attributes(scope->attributes);
  }
  put_rest(resources_.all, scopes_.all);
  for (std::size_t i = 0; i < spans_.size(); ++i) put_span(spans_[i], i);
  for (const auto& one : logs_) put_log(one);
  for (const std::string_view text : texts_) {
    to(column::text_sizes).varint(text.size());
    to(column::text_bytes).bytes(text);
  }
  built.bytes = pack(built.traces, dictionary);
  forget();
  return built;
}

}  // namespace waybill::inline v0
