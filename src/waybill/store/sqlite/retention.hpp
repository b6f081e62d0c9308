// Keeps a store within its limits: the oldest slices go when all that is in them is too old, or when the store
// takes too much disk.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/base/result.hpp>

#include <cstdint>
#include <string>

namespace waybill::inline v0 {

struct store_limits {
  std::int64_t keep = std::int64_t{7} * 24 * 3600 * 1'000'000'000;  // ns since it was stored; 0: for ever
  std::uint64_t max_disk = std::uint64_t{10} << 30;  // bytes, of all slices; 0: whatever there is
  std::string keep_text = "--keep 7d";               // as the user says them, for sentences
  std::string max_disk_text = "--max-disk 10GiB";
};

// When a slice is full, so that limits are kept to about a sixteenth of themselves.
std::uint64_t slice_bytes(const store_limits& limits) noexcept;
std::int64_t slice_duration(const store_limits& limits) noexcept;

// Not thread-safe. Only for who holds the store_lock.
class retention {
 public:
  retention(std::string folder, store_limits limits)
      : folder_(std::move(folder)), limits_(std::move(limits)) {}

  // Removes what is over the limits, the oldest slices first, never the one that is being written; what was in
  // them is remembered as expired. Reads the folder, and a slice that goes: some milliseconds.
  // Where the wall clock was set meanwhile, by more than a minute, nothing counts as too old for an hour: a clock
  // that is put right again shall not cost a store.
  result<void> enforce(std::uint32_t current);

 private:
  bool clock_is_steady() noexcept;
  result<void> expire(std::uint32_t number, const std::string& slice, const std::string& limit);

  const std::string folder_;
  const store_limits limits_;
  std::int64_t wall_ahead_ = wall_now() - steady_now();
  steady_nanos distrust_until_ = 0;
};

}  // namespace waybill::inline v0
