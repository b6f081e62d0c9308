// The server side's seam: records go in through span_store, acknowledged only when durable; they are read through
// trace_reader.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/record/span_batch.hpp>
#include <waybill/record/wait_summary.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

class span_store {
 public:
  virtual ~span_store() = default;

  // Called exactly once, on a thread of the store's, after the batch is durable or has failed. Must not block.
  using committed = std::function<void(const result<void>&)>;

  // Takes the batch over and returns soon; many batches may share one commit. Thread-safe.
  // A span is known by (trace, span id), a log record by all it says: sent twice, it is stored once.
  // failure_code::busy: too much is waiting already, try again later; nothing of the batch was kept. That answer is given at
  // once, on the caller's thread.
  virtual void commit(span_batch&& received, committed done) = 0;
};

// Which traces to list: the newest first, by the time their latest record was stored.
struct trace_query {
  std::size_t limit = 20;
  unix_nanos stored_since = std::numeric_limits<unix_nanos>::min();  // by the store's clock, about
};

// What a store says of itself.
struct store_state {
  std::size_t slices = 0;             // files, where it is made of some
  std::uint64_t bytes = 0;            // on disk, or in memory
  std::vector<std::string> problems;  // sentences: what can't be read, and what to do. The rest can be.
};

// Reading does not block writing. Thread-safe.
class trace_reader {
 public:
  virtual ~trace_reader() = default;

  virtual result<std::vector<trace_id>> newest(const trace_query& query) const = 0;

  // All traces whose hex id starts with prefix (lower case), newest first, at most limit.
  virtual result<std::vector<trace_id>> find(std::string_view prefix, std::size_t limit) const = 0;

  // Everything of these traces, each record once. Traces that are not there are left out. What is there but can't be
  // read is told by a record of the trace (store_notes::unreadable); the rest of it is read.
  virtual result<span_batch> read(std::span<const trace_id> traces) const = 0;

  // Traces that belong to the story of this one though their id is another: it links to them, they link to it, or they
  // name the same message (messaging.message.id and its spellings). Not transitive; at most limit.
  virtual result<std::vector<trace_id>> related(const trace_id& trace, std::size_t limit) const = 0;

  // Traces in which a message was worked on (a span of kind consumer) at some time between the two, among what was stored
  // latest. Best effort: looks at a bounded part of the store. At most limit.
  virtual result<std::vector<trace_id>> worked_on_between(unix_nanos from, unix_nanos to,
                                                          std::size_t limit) const = 0;

  // How long tasks waited, a row a queue, those with most tasks first. From what each task told of its own wait: see
  // queue_waits::unknown.
  virtual result<std::vector<queue_waits>> waits(const wait_query& query) const = 0;

  // A sentence if records of this trace were removed by the store's limits: when, and by which. (One time in a
  // million it names a trace that never was there.)
  virtual std::optional<std::string> expired(const trace_id& trace) const = 0;

  virtual store_state state() const = 0;
};

}  // namespace waybill::inline v0
