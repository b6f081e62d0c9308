// Packs many records into one chunk: columns, a dictionary of texts, zstd. A fifth of the size of rows, and
// quick to write.
#pragma once

#include <waybill/record/span_record.hpp>
#include <waybill/store/byte_column.hpp>
#include <waybill/store/chunk_dictionary.hpp>
#include <waybill/store/chunk_format.hpp>
#include <waybill/store/hash_index.hpp>
#include <waybill/store/record_identity.hpp>
#include <waybill/store/task_row.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

struct ZSTD_CCtx_s;

namespace waybill::inline v0 {

struct built_chunk {
  std::string bytes;
  std::vector<trace_id> traces;     // each once, the one that was added to latest last
  std::vector<std::uint64_t> ties;  // the related_keys of its traces, each once, sorted
  std::vector<task_row> tasks;      // their queues are views into the records
  std::size_t records = 0;
  unix_nanos earliest = 0;  // over starts, ends and times, where one is known
  unix_nanos latest = 0;
};

// Used again and again: it keeps its memory. Not thread-safe.
class chunk_builder {
 public:
  chunk_builder();
  chunk_builder(chunk_builder&&) noexcept;
  chunk_builder& operator=(chunk_builder&&) noexcept;
  ~chunk_builder();

  // Remembers the record, which must stay where it is until finish(). One that is there already is not added
  // again.
  void add(const span_record& span);
  void add(const log_record& log);

  std::size_t records() const noexcept { return spans_.size() + logs_.size(); }

  // Packs what was added, against a dictionary if there is one, and forgets it. Throws std::bad_alloc only.
  built_chunk finish(const chunk_dictionary* dictionary = nullptr);

  // What was packed last, before it was compressed: what a dictionary is made of. Until the next finish().
  std::string_view last_plain() const noexcept { return unpacked_.view(); }

 private:
  using column = chunk_format::column;

  // A record and its places in the chunk's lists.
  template <class Record>
  struct placed {
    const Record* record;
    std::uint32_t trace;   // a log without one: no_trace
    std::uint32_t sender;  // + 1; 0 none
    std::uint32_t scope;   // + 1; 0 none
  };
  static constexpr std::uint32_t no_trace = 0xFFFFFFFF;

  // Resources or scopes, by content: every request brings its own copies.
  template <class Sender>
  struct sender_list {
    std::vector<const Sender*> all;
    std::vector<record_digest> digests;
    hash_index places;
    std::unordered_map<const Sender*, std::uint32_t> known;
    const Sender* last = nullptr;
    std::uint32_t last_place = 0;

    std::uint32_t place_plus_one(const Sender* sender);
    void clear() noexcept;
  };

  byte_column& to(column which) noexcept { return columns_[static_cast<std::size_t>(which)]; }
  std::uint32_t see_trace(const trace_id& trace);
  std::uint64_t place_code(const trace_id& trace, const span_id& span, std::size_t from);
  void put_text(column which, std::string_view text);
  void put_value(const attribute_value& value);
  void put_attributes(std::span<const attribute> attributes);
  void put_rest(const std::vector<const resource*>& resources,
                const std::vector<const instrumentation_scope*>& scopes);
  void put_time(std::int64_t time);
  void put_span(const placed<span_record>& one, std::size_t place);
  void put_log(const placed<log_record>& one);
  std::vector<trace_id> order_traces();
  std::vector<std::uint64_t> collect_ties() const;
  std::vector<task_row> collect_tasks() const;
  void measure_times(built_chunk& into) const noexcept;
  std::string pack(const std::vector<trace_id>& traces, const chunk_dictionary* dictionary);
  void forget() noexcept;

  struct zstd_context {
    void operator()(ZSTD_CCtx_s* context) const noexcept;
  };
  std::unique_ptr<ZSTD_CCtx_s, zstd_context> zstd_;
  std::uint64_t seed_;  // of the tables here: a stranger chooses their keys

  std::vector<placed<span_record>> spans_;
  hash_index span_places_;
  std::vector<placed<log_record>> logs_;
  std::vector<record_digest> log_digests_;
  hash_index log_places_;
  sender_list<resource> resources_;
  sender_list<instrumentation_scope> scopes_;

  struct seen_trace {
    trace_id trace;
    std::uint64_t latest;    // the number of the record that named it last
    std::int64_t place = 0;  // in the chunk's list
  };
  std::vector<seen_trace> traces_;
  hash_index trace_places_;
  std::uint64_t added_ = 0;

  std::vector<std::string_view> texts_;
  hash_index text_places_;
  std::array<byte_column, chunk_format::columns> columns_;
  byte_column unpacked_;
  std::int64_t last_trace_ = 0;
  std::int64_t last_time_ = 0;
};

}  // namespace waybill::inline v0
