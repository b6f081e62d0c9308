// One narrow row a task: what statistics, and "who was working meanwhile", need to know without a chunk being
// unpacked. Many rows lie together as columns.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/record/span_record.hpp>
#include <waybill/store/byte_column.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

struct task_row {
  std::uint32_t chunk = 0;  // where its record lies, within its slice
  std::uint32_t trace = 0;  // the place in that chunk's list of traces
  bool counts = false;      // in statistics; a task that tells of itself twice counts once
  bool works = false;       // a worker was busy with it from `started` for `work`
  unix_nanos started = 0;
  std::int64_t work = 0;             // ns
  std::optional<std::int64_t> wait;  // ns, as measured or stated by the worker; negative where clocks differ
  std::string_view queue;
};

// A consumer's span, or the event at the end of one of our own tasks; of an own task with both only the event
// counts. The wait is taken from what the record itself says; where it would have to be worked out from other
// records it is unknown here.
std::optional<task_row> task_row_of(const span_record& span) noexcept;
std::optional<task_row> task_row_of(const log_record& log) noexcept;

std::string pack_tasks(std::span<const task_row> rows);

// Walks over packed rows in the order of packing. Bytes may be damaged: then it throws damaged_chunk.
class task_walk {
 public:
  explicit task_walk(std::string_view packed);

  // Names live as long as the packed bytes.
  const std::vector<std::string_view>& queues() const noexcept { return queues_; }

  // False: there are no more. `queue` says which of queues() the row has.
  bool next(task_row& row, std::uint32_t& queue);

 private:
  std::vector<std::string_view> queues_;
  std::uint64_t left_ = 0;
  byte_walk flags_, queue_numbers_, starts_, waits_, works_, chunks_, traces_;
  std::int64_t last_start_ = 0;
  std::int64_t last_chunk_ = 0;
};

}  // namespace waybill::inline v0
