#include <waybill/store/wait_statistics.hpp>

#include <algorithm>

namespace waybill::inline v0 {
namespace {

// Nearest rank: the smallest wait that at least this share of the tasks did not exceed. Those before `from` are
// known to be smaller already.
std::int64_t percentile(std::vector<std::int64_t>& waits, std::size_t percent, std::size_t& from) {
  const std::size_t rank = std::max<std::size_t>(1, (waits.size() * percent + 99) / 100) - 1;
  const auto at = waits.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(waits.begin() + static_cast<std::ptrdiff_t>(from), at, waits.end());
  from = rank;
  return *at;
}

}  // namespace

void wait_statistics::add(std::string_view packed_tasks) {
  task_walk walk{packed_tasks};
  std::vector<gathered*> of_number(walk.queues().size(), nullptr);
  task_row row;
  std::uint32_t number = 0;
  while (walk.next(row, number)) {
    if (!row.counts || row.started < query_.from || row.started > query_.to) continue;
    gathered*& queue = of_number[number];
    if (queue == nullptr) {
      auto found = queues_.find(row.queue);
      if (found == queues_.end()) found = queues_.emplace(row.queue, gathered{}).first;
      queue = &found->second;
    }
    ++queue->told.tasks;
    if (!row.wait) {
      ++queue->told.unknown;
    } else if (*row.wait < 0) {
      ++queue->told.negative;
    } else {
      queue->known.push_back(*row.wait);
    }
  }
}

std::vector<queue_waits> wait_statistics::finish() {
  std::vector<queue_waits> all;
  for (auto& [name, queue] : queues_) {
    queue.told.queue = name;
    if (auto& waits = queue.known; !waits.empty()) {
      std::size_t from = 0;
      queue.told.p50 = percentile(waits, 50, from);
      queue.told.p90 = percentile(waits, 90, from);
      queue.told.p99 = percentile(waits, 99, from);
      queue.told.longest = *std::max_element(waits.begin() + static_cast<std::ptrdiff_t>(from), waits.end());
    }
    all.push_back(std::move(queue.told));
  }
  queues_.clear();
  std::stable_sort(all.begin(), all.end(),
                   [](const queue_waits& a, const queue_waits& b) { return a.tasks > b.tasks; });
  return all;
}

}  // namespace waybill::inline v0
