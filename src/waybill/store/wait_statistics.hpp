// Gathers the waits of many task rows, queue by queue, into percentiles.
#pragma once

#include <waybill/record/wait_summary.hpp>
#include <waybill/store/task_row.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

// Exact: keeps 8 bytes a task. Not thread-safe.
class wait_statistics {
 public:
  explicit wait_statistics(const wait_query& query) noexcept : query_(query) {}

  // Bytes as pack_tasks made them; damaged_chunk where they are not.
  void add(std::string_view packed_tasks);

  // The queue with most tasks first.
  std::vector<queue_waits> finish();

 private:
  struct gathered {
    queue_waits told;
    std::vector<std::int64_t> known;
  };
  wait_query query_;
  std::map<std::string, gathered, std::less<>> queues_;
};

}  // namespace waybill::inline v0
