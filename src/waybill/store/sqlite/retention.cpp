#include <waybill/store/sqlite/retention.hpp>

#include <waybill/store/sqlite/expired_log.hpp>
#include <waybill/store/sqlite/slice_reader.hpp>
#include <waybill/store/sqlite/store_folder.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace waybill::inline v0 {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t hour = 3600 * second;
constexpr std::uint64_t slices_at_least = 16;  // that a limit is spread over

// When something was stored there last; empty where that can't be read.
std::optional<unix_nanos> last_stored(const std::string& slice) {
  auto database = slice_file::open_for_reading(slice);
  if (!database) return std::nullopt;
  auto select = database->prepare("SELECT stored FROM chunk ORDER BY id DESC LIMIT 1");
  if (!select) return std::nullopt;
  const auto row = select->step();
  if (!row || !*row) return std::nullopt;
  return select->integer(0);
}

}  // namespace

std::uint64_t slice_bytes(const store_limits& limits) noexcept {
  constexpr std::uint64_t smallest = std::uint64_t{1} << 20;
  constexpr std::uint64_t largest = std::uint64_t{256} << 20;
  return limits.max_disk == 0 ? largest : std::clamp(limits.max_disk / slices_at_least, smallest, largest);
}

std::int64_t slice_duration(const store_limits& limits) noexcept {
  if (limits.keep == 0) return 24 * hour;
  return std::clamp<std::int64_t>(limits.keep / static_cast<std::int64_t>(slices_at_least), second,
                                  24 * hour);
}

bool retention::clock_is_steady() noexcept {
  const steady_nanos now = steady_now();
  const std::int64_t ahead = wall_now() - now;
  if (std::abs(ahead - wall_ahead_) > 60 * second) distrust_until_ = now + hour;
  wall_ahead_ = ahead;
  return now >= distrust_until_;
}

result<void> retention::enforce(std::uint32_t current) {
  struct kept_slice {
    store_folder::slice_place place;
    std::uint64_t bytes;
  };
  std::vector<kept_slice> kept;
  std::uint64_t total = 0;
  for (auto& place : store_folder::slices(folder_)) {
    const std::uint64_t bytes = store_folder::bytes_of(place.path);
    total += bytes;
    if (place.number != current) kept.push_back({std::move(place), bytes});
  }
  const bool steady = clock_is_steady();
  for (const auto& one : kept) {
    const bool too_much = limits_.max_disk != 0 && total > limits_.max_disk;
    bool too_old = false;
    if (!too_much && limits_.keep != 0 && steady) {
      const auto stored = last_stored(one.place.path);
      too_old = stored && wall_now() - *stored > limits_.keep;
    }
    if (!too_much && !too_old) return {};
    auto gone =
        expire(one.place.number, one.place.path, too_much ? limits_.max_disk_text : limits_.keep_text);
    if (!gone) return gone;
    total -= one.bytes;
  }
  return {};
}

result<void> retention::expire(std::uint32_t number, const std::string& slice, const std::string& limit) {
  expired_slice told{.number = number, .removed = wall_now(), .limit = limit, .traces = {}};
  if (const auto reader = slice_reader::open(slice)) {
    constexpr key_range all{0, std::numeric_limits<std::uint64_t>::max()};
    if (const auto places = (*reader)->places_between(slice_file::key_kind::trace, all)) {
      told.traces.reserve(places->size());
      for (const auto& one : *places) told.traces.push_back(one.key);
    }
  }
  // The disk may be full: then the slice goes all the same, and what was in it is not remembered.
  if (auto log = expired_log::open(store_folder::expired_file(folder_))) {
    const std::uint64_t share = limits_.max_disk == 0 ? std::uint64_t{256} << 20 : limits_.max_disk / 32;
    (void)log->add(told, share);
  }
  return store_folder::remove(slice);
}

}  // namespace waybill::inline v0
