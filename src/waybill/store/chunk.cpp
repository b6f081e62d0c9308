#include <waybill/store/chunk.hpp>

#include <waybill/store/byte_column.hpp>
#include <waybill/store/chunk_format.hpp>
#include <waybill/store/hash.hpp>

#include <zstd.h>

#include <array>
#include <bit>
#include <memory>
#include <new>
#include <type_traits>

namespace waybill::inline v0 {
namespace {

using namespace chunk_format;

const failure damaged{failure_code::malformed, "its bytes are damaged"};

struct chunk_head {
  std::uint8_t version = 0;
  std::string_view bytes;
  std::string_view frame;
  std::vector<trace_id> traces;
};

result<chunk_head> read_head(std::string_view chunk) {
  try {
    byte_walk from{chunk};
    chunk_head head;
    head.version = from.byte();
    if (head.version != alone && head.version != with_dictionary) {
      return failure{failure_code::refused, "it was written by a newer version of waybill"};
    }
    const std::uint64_t count = from.varint();
    if (count > from.left().size() / trace_id::size) return damaged;
    head.traces.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto trace = trace_id::from_bytes(from.bytes(trace_id::size));
      if (!trace) return damaged;
      head.traces.push_back(*trace);
    }
    head.frame = from.left();
    head.bytes = chunk.substr(0, chunk.size() - head.frame.size());
    return head;
  } catch (const damaged_chunk&) {
    return damaged;
  }
}

struct release_context {
  void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

result<std::string> unpack(std::string_view frame, std::string_view dictionary) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > unpacked_limit)
    return damaged;
  // A block of 128 KiB takes 4 bytes at least (RFC 8878 §3.1.1.2): a frame that is too short for what it claims gets nothing.
  if (size / (32 << 10) > frame.size()) return damaged;
  thread_local const std::unique_ptr<ZSTD_DCtx, release_context> zstd{ZSTD_createDCtx()};
  if (!zstd) throw std::bad_alloc{};
  ZSTD_DCtx_refPrefix(zstd.get(), dictionary.data(), dictionary.size());
  std::string plain(size, '\0');
  if (ZSTD_decompressDCtx(zstd.get(), plain.data(), plain.size(), frame.data(), frame.size()) != size)
    return damaged;
  return plain;
}

class reader {
 public:
  reader(std::string_view plain, const chunk_head& head, record_arena& into)
      : traces_(head.traces), wanted_(head.traces.size()), to_(into) {
    byte_walk all{plain};
    if (all.fixed64() != hash_bytes(head.bytes, head_seed)) throw damaged_chunk{};
    for (auto& one : columns_) {
      const std::uint64_t size = all.varint();
      one = byte_walk{all.bytes(size)};
    }
  }

  void run(function_ref<bool(const trace_id&)> wanted) {
    for (std::size_t i = 0; i < traces_.size(); ++i) wanted_[i] = wanted(traces_[i]);
    read_texts();
    byte_walk& counts = from(column::counts);
    const std::uint64_t resource_count = counts.varint();
    const std::uint64_t scope_count = counts.varint();
    const std::uint64_t spans = counts.varint();
    const std::uint64_t logs = counts.varint();
    std::vector<resource*> resources;
    std::vector<instrumentation_scope*> scopes;
    for (std::uint64_t i = 0; i < resource_count; ++i) {
      spend(sizeof(resource));
      push(resources, new (to_.allocate<resource>(1)) resource{read_attributes(true, 0)});
    }
    for (std::uint64_t i = 0; i < scope_count; ++i) {
      instrumentation_scope scope;
      scope.name = read_text(column::names);
      scope.version = read_text(column::names);
      scope.attributes = read_attributes(true, 0);
      spend(sizeof scope);
      push(scopes, new (to_.allocate<instrumentation_scope>(1)) instrumentation_scope{scope});
    }
    if (!counts.left().empty()) {
      for (auto* one : resources) read_rest(*one, counts);
      for (auto* one : scopes) read_rest(*one, counts);
    }
    if (!counts.left().empty()) {
      for (auto* one : resources) one->entities = read_entities(counts);
    }
    resources_.assign(resources.begin(), resources.end());
    scopes_.assign(scopes.begin(), scopes.end());
    read_span_ids(spans);
    for (std::uint64_t i = 0; i < spans; ++i) read_span(i);
    for (std::uint64_t i = 0; i < logs; ++i) read_log();
  }

 private:
  byte_walk& from(column which) noexcept { return columns_[static_cast<std::size_t>(which)]; }

  template <class Sender>
  static void read_rest(Sender& into, byte_walk& counts) {
    into.dropped_attributes = static_cast<std::uint32_t>(counts.varint());
    into.schema_url = counts.bytes(counts.varint());
  }

  // Each takes a byte of the column at least, so that a damaged count ends with it.
  std::span<const std::string_view> read_keys(byte_walk& counts) {
    for (std::uint64_t left = counts.varint(); left > 0; --left) {
      push(key_stack_, counts.bytes(counts.varint()));
    }
    return take(key_stack_, 0);
  }

  std::span<const entity_ref> read_entities(byte_walk& counts) {
    for (std::uint64_t left = counts.varint(); left > 0; --left) {
      entity_ref entity;
      entity.schema_url = counts.bytes(counts.varint());
      entity.type = counts.bytes(counts.varint());
      entity.id_keys = read_keys(counts);
      entity.description_keys = read_keys(counts);
      push(entity_stack_, entity);
    }
    return take(entity_stack_, 0);
  }

  void read_texts() {
    byte_walk& sizes = from(column::text_sizes);
    while (!sizes.left().empty()) {
      const std::uint64_t size = sizes.varint();
      push(texts_, from(column::text_bytes).bytes(size));
    }
  }

  std::string_view read_text(column which) {
    const std::uint64_t code = from(which).varint();
    if (code == 1) return {};
    const std::uint64_t place = code == 0 ? next_text_++ : code - 2;
    if (place >= texts_.size()) throw damaged_chunk{};
    return texts_[place];
  }

  // Reads past what is not wanted as well: the columns know no other way forward.
  attribute_value read_value(bool keep, unsigned depth) {
    if (depth > depth_limit) throw damaged_chunk{};
    switch (static_cast<value_code>(from(column::value_kinds).byte())) {
      case value_code::absent:
        return {};
      case value_code::no:
        return attribute_value{false};
      case value_code::yes:
        return attribute_value{true};
      case value_code::integer:
        return attribute_value{from(column::values).signed_varint()};
      case value_code::number:
        return attribute_value{std::bit_cast<double>(from(column::numbers).fixed64())};
      case value_code::text:
        return attribute_value{read_text(column::values)};
      case value_code::bytes:
        return attribute_value::bytes(read_text(column::values));
      case value_code::list: {
        const std::uint64_t count = from(column::values).varint();
        const std::size_t bottom = element_stack_.size();
        for (std::uint64_t i = 0; i < count; ++i) {
          const attribute_value element = read_value(keep, depth + 1);
          if (keep) push(element_stack_, element);
        }
        const auto elements = take(element_stack_, bottom);
        return attribute_value::list(elements.data(), elements.size());
      }
      case value_code::group: {
        const auto members = read_attributes(keep, depth + 1);
        return attribute_value::group(members.data(), members.size());
      }
    }
    throw damaged_chunk{};
  }

  std::span<const attribute> read_attributes(bool keep, unsigned depth) {
    const std::uint64_t count = from(column::attribute_counts).varint();
    const std::size_t bottom = attribute_stack_.size();
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::string_view key = read_text(column::keys);
      const attribute_value value = read_value(keep, depth);
      if (keep) push(attribute_stack_, attribute{key, value});
    }
    return take(attribute_stack_, bottom);
  }

  // A damaged chunk can claim far more than it holds, here too.
  void spend(std::size_t bytes) {
    if (memory_left_ < bytes) throw damaged_chunk{};
    memory_left_ -= bytes;
  }

  template <class T>
  void push(std::vector<T>& list, const std::type_identity_t<T>& one) {
    spend(sizeof(T));  // NOLINT(bugprone-sizeof-expression): a list of pointers takes what pointers take
    list.push_back(one);
  }

  template <class T>
  std::span<const T> take(std::vector<T>& stack, std::size_t bottom) {
    const std::size_t count = stack.size() - bottom;
    if (count == 0) return {};
    T* const copies = to_.allocate<T>(count);
    std::uninitialized_copy(stack.begin() + static_cast<std::ptrdiff_t>(bottom), stack.end(), copies);
    stack.erase(stack.begin() + static_cast<std::ptrdiff_t>(bottom), stack.end());
    return {copies, count};
  }

  template <class Id>
  Id read_id(column which) {
    const auto id = Id::from_bytes(from(which).bytes(Id::size));
    if (!id) throw damaged_chunk{};
    return *id;
  }

  // A parent may come later in the chunk than its child.
  void read_span_ids(std::uint64_t count) {
    if (count > from(column::span_ids).left().size() / span_id::size) throw damaged_chunk{};
    span_ids_.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) span_ids_.push_back(read_id<span_id>(column::span_ids));
  }

  std::optional<span_id> read_place(std::uint64_t origin) {
    const std::uint64_t code = from(column::parents).varint();
    if (code == 0) return std::nullopt;
    if (code == 1) return read_id<span_id>(column::far_ids);
    const auto place =
        static_cast<std::uint64_t>(after(static_cast<std::int64_t>(origin), unzigzag(code - 2)));
    if (place >= span_ids_.size()) throw damaged_chunk{};
    return span_ids_[place];
  }

  template <class Sender>
  const Sender* read_sender(const std::vector<const Sender*>& list) {
    const std::uint64_t place_plus_one = from(column::senders).varint();
    if (place_plus_one == 0) return nullptr;
    if (place_plus_one > list.size()) throw damaged_chunk{};
    return list[place_plus_one - 1];
  }

  unix_nanos read_time() { return last_time_ = after(last_time_, from(column::starts).signed_varint()); }

  std::uint32_t read_rare_number() { return static_cast<std::uint32_t>(from(column::rare_numbers).varint()); }

  void read_span(std::uint64_t place) {
    last_trace_ = after(last_trace_, from(column::traces).signed_varint());
    if (last_trace_ < 0 || static_cast<std::uint64_t>(last_trace_) >= traces_.size()) throw damaged_chunk{};
    const auto trace = static_cast<std::size_t>(last_trace_);
    const bool keep = wanted_[trace];
    span_record span{.trace = traces_[trace], .span = span_ids_[place]};
    span.parent = read_place(place);
    const unsigned kinds = from(column::kinds).byte();
    if ((kinds & 15) > 5 || (kinds >> 4) > 2) throw damaged_chunk{};
    span.kind = static_cast<span_kind>(kinds & 15);
    span.status = static_cast<status_code>(kinds >> 4);
    span.resource = read_sender(resources_);
    span.scope = read_sender(scopes_);
    span.start = read_time();
    span.end = after(span.start, from(column::durations).signed_varint());
    span.name = read_text(column::names);
    span.status_message = read_text(column::rare_texts);
    span.tracestate = read_text(column::rare_texts);
    span.flags = read_rare_number();
    span.dropped_attributes = read_rare_number();
    span.dropped_events = read_rare_number();
    span.dropped_links = read_rare_number();
    span.attributes = read_attributes(keep, 0);
    span.events = read_events(keep, span.start);
    span.links = read_links(keep);
    if (keep) push(to_.spans(), span);
  }

  std::span<const span_event> read_events(bool keep, unix_nanos start) {
    const std::uint64_t count = from(column::event_counts).varint();
    for (std::uint64_t i = 0; i < count; ++i) {
      span_event event;
      event.time = after(start, from(column::event_times).signed_varint());
      event.name = read_text(column::names);
      event.dropped_attributes = read_rare_number();
      event.attributes = read_attributes(keep, 0);
      if (keep) push(event_stack_, event);
    }
    return take(event_stack_, 0);
  }

  std::span<const span_link> read_links(bool keep) {
    const std::uint64_t count = from(column::event_counts).varint();
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto trace = read_id<trace_id>(column::link_ids);
      const auto span = read_id<span_id>(column::link_ids);
      span_link link{trace, span};
      link.tracestate = read_text(column::rare_texts);
      link.flags = read_rare_number();
      link.dropped_attributes = read_rare_number();
      link.attributes = read_attributes(keep, 0);
      if (keep) push(link_stack_, link);
    }
    return take(link_stack_, 0);
  }

  void read_log() {
    log_record log;
    const std::uint64_t trace_plus_one = from(column::traces).varint();
    if (trace_plus_one > traces_.size()) throw damaged_chunk{};
    if (trace_plus_one != 0) log.trace = traces_[trace_plus_one - 1];
    const bool keep = trace_plus_one != 0 && wanted_[trace_plus_one - 1];
    log.span = read_place(0);
    log.resource = read_sender(resources_);
    log.scope = read_sender(scopes_);
    log.time = read_time();
    log.observed = after(log.time, from(column::log_fields).signed_varint());
    log.severity = static_cast<std::int32_t>(from(column::log_fields).signed_varint());
    log.severity_text = read_text(column::rare_texts);
    log.event_name = read_text(column::names);
    log.flags = read_rare_number();
    log.dropped_attributes = read_rare_number();
    log.body = read_value(keep, 0);
    log.attributes = read_attributes(keep, 0);
    if (keep) push(to_.logs(), log);
  }

  const std::vector<trace_id>& traces_;
  std::vector<bool> wanted_;
  record_arena& to_;
  std::array<byte_walk, columns> columns_;
  std::size_t memory_left_ = memory_limit;
  std::vector<std::string_view> texts_;
  std::uint64_t next_text_ = 0;
  std::vector<span_id> span_ids_;
  std::vector<const resource*> resources_;
  std::vector<const instrumentation_scope*> scopes_;
  std::vector<attribute> attribute_stack_;
  std::vector<attribute_value> element_stack_;
  std::vector<span_event> event_stack_;
  std::vector<span_link> link_stack_;
  std::vector<entity_ref> entity_stack_;
  std::vector<std::string_view> key_stack_;
  std::int64_t last_trace_ = 0;
  std::int64_t last_time_ = 0;
};

}  // namespace

result<std::vector<trace_id>> chunk_traces(std::string_view chunk) {
  auto head = read_head(chunk);
  if (!head) return head.error();
  return std::move(head->traces);
}

result<void> read_chunk(std::string_view chunk, std::string_view dictionary,
                        function_ref<bool(const trace_id&)> wanted, record_arena& into) {
  const auto head = read_head(chunk);
  if (!head) return head.error();
  if (head->version == with_dictionary && dictionary.empty()) {
    return failure{failure_code::malformed, "what it was packed against is missing"};
  }
  auto plain = unpack(head->frame, head->version == with_dictionary ? dictionary : std::string_view{});
  if (!plain) return plain.error();
  const std::size_t spans_before = into.spans().size();
  const std::size_t logs_before = into.logs().size();
  try {
    reader{into.adopt(std::move(*plain)), *head, into}.run(wanted);
    return {};
  } catch (const damaged_chunk&) {
    into.spans().erase(into.spans().begin() + static_cast<std::ptrdiff_t>(spans_before), into.spans().end());
    into.logs().erase(into.logs().begin() + static_cast<std::ptrdiff_t>(logs_before), into.logs().end());
    return damaged;
  }
}

}  // namespace waybill::inline v0
