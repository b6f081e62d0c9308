#include <waybill/store/sqlite/sqlite_reader.hpp>

#include <waybill/store/sqlite/expired_log.hpp>
#include <waybill/store/sqlite/store_folder.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

namespace waybill::inline v0 {
namespace {

// A chunk's number within the store: slices one after the other.
constexpr int slice_shift = 32;
constexpr std::int64_t first_of(std::uint32_t slice) noexcept {
  return static_cast<std::int64_t>(slice) << slice_shift;
}

// When something was last made or removed in a folder; 0 where that can't be told, or was so lately that more may
// have happened under the same time.
std::int64_t settled_change(const std::string& folder) {
  struct stat told {};
  if (stat(folder.c_str(), &told) != 0) return 0;
  const std::int64_t changed = std::int64_t{told.st_mtim.tv_sec} * 1'000'000'000 + told.st_mtim.tv_nsec;
  return std::abs(wall_now() - changed) < 1'000'000'000 ? 0 : changed;
}

}  // namespace

sqlite_reader::sqlite_reader(std::string path, bool is_folder)
    : path_(std::move(path)), is_folder_(is_folder) {}
sqlite_reader::~sqlite_reader() = default;

result<std::unique_ptr<sqlite_reader>> sqlite_reader::open(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) {
    return failure{failure_code::not_found,
                   "There is no store at " + path + ". `waybill serve --store` makes one; check the path."};
  }
  const bool is_folder = std::filesystem::is_directory(path, none);
  std::unique_ptr<sqlite_reader> reader{new sqlite_reader{path, is_folder}};
  if (!is_folder) {
    auto only = slice_reader::open(path);
    if (!only) return only.error();
    reader->known_.push_back({0, path, std::move(*only), {}});
    return reader;
  }
  const auto slices = reader->slices();
  const bool any = std::any_of(slices.begin(), slices.end(), [](const slice& one) { return one.reader; });
  if (any) return reader;
  if (std::filesystem::exists(store_folder::old_store(path), none)) {
    return failure{
        failure_code::refused,
        "The store in " + path +
            " was written by an older version of waybill. Start waybill serve on it once: it takes "
            "over what is in there."};
  }
  for (const auto& one : slices) {
    if (!one.problem.empty()) return failure{failure_code::io, one.problem};
  }
  return failure{failure_code::not_found, "The store " + path + " is empty: nothing was ever written to it."};
}

void sqlite_reader::look_again() const {
  std::vector<slice> now;
  std::error_code none;
  auto places = store_folder::slices(path_);
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    const auto known = std::find_if(known_.begin(), known_.end(),
                                    [&](const slice& one) { return one.number == place->number; });
    if (known != known_.end() && known->reader) {
      now.push_back(*known);
      continue;
    }
    auto reader = slice_reader::open(place->path);
    if (reader) {
      now.push_back({place->number, place->path, std::move(*reader), {}});
    } else if (reader.error().code != failure_code::not_found) {
      now.push_back({place->number, place->path, nullptr, reader.error().message});
    } else if (place != places.rbegin() && std::filesystem::exists(place->path, none)) {
      // The newest may only just have been made; behind any other a next one was begun because it was full.
      now.push_back(
          {place->number, place->path, nullptr, place->path + " is empty: what was in it is gone."});
    }
  }
  known_ = std::move(now);
}

std::vector<sqlite_reader::slice> sqlite_reader::slices() const {
  const std::lock_guard lock{mutex_};
  if (is_folder_) {
    const std::int64_t change = settled_change(path_);
    if (change == 0 || change != looked_) look_again();
    looked_ = change;
  }
  return known_;
}

bool sqlite_reader::is_passed_over(const slice& of, const failure& why) const {
  if (why.code == failure_code::busy) return false;
  const std::lock_guard lock{mutex_};
  for (auto& one : known_) {
    if (one.number == of.number) {
      one.problem = of.file + " can't be read whole: " + why.message + ".";
    }
  }
  return true;
}

std::optional<std::string> sqlite_reader::expired(const trace_id& trace) const {
  if (!is_folder_) return std::nullopt;
  return find_expired(store_folder::expired_file(path_), trace);
}

store_state sqlite_reader::state() const {
  store_state told;
  for (const auto& one : slices()) {
    ++told.slices;
    told.bytes += store_folder::bytes_of(one.file);
    if (!one.problem.empty()) {
      told.problems.push_back(one.problem + " What else lies in it is left out; all other slices are read.");
    }
  }
  return told;
}

std::string sqlite_reader::name_of(chunk_number chunk) const {
  const auto number = static_cast<std::uint32_t>(chunk >> slice_shift);
  return "chunk " + std::to_string(chunk - first_of(number)) + " of " +
         (is_folder_ ? store_folder::slice_path(path_, number) : path_);
}

result<kept_chunk> sqlite_reader::load(chunk_number chunk) const {
  const auto number = static_cast<std::uint32_t>(chunk >> slice_shift);
  for (const auto& one : slices()) {
    if (one.number != number || !one.reader) continue;
    return one.reader->load(chunk - first_of(number));
  }
  return failure{failure_code::not_found, "its slice was removed just now"};
}

result<std::vector<sqlite_reader::chunk_number>> sqlite_reader::chunks_with(slice_file::key_kind kind,
                                                                            const key_range& keys) const {
  std::vector<chunk_number> chunks;
  for (const auto& one : slices()) {
    if (!one.reader) continue;
    const auto places = one.reader->places_between(kind, keys);
    if (!places) {
      if (!is_passed_over(one, places.error())) return places.error();
      continue;
    }
    for (const auto& place : *places) chunks.push_back(first_of(one.number) + place.chunk);
  }
  std::sort(chunks.rbegin(), chunks.rend());
  chunks.erase(std::unique(chunks.begin(), chunks.end()), chunks.end());
  return chunks;
}

result<std::vector<sqlite_reader::chunk_number>> sqlite_reader::chunks_of(const trace_id& trace) const {
  return chunks_with(slice_file::key_kind::trace, {key_of(trace), key_of(trace)});
}

result<std::vector<sqlite_reader::chunk_number>> sqlite_reader::chunks_under(std::uint64_t key) const {
  return chunks_with(slice_file::key_kind::tie, {key, key});
}

result<std::vector<sqlite_reader::chunk_number>> sqlite_reader::chunks_between(
    const trace_id::bytes_type& first, const trace_id::bytes_type& last, std::size_t limit) const {
  std::vector<chunk_number> chunks;
  for (const auto& one : slices()) {
    if (chunks.size() >= limit) break;
    if (!one.reader) continue;
    const auto places = one.reader->places_between(slice_file::key_kind::trace, keys_between(first, last));
    if (!places) {
      if (!is_passed_over(one, places.error())) return places.error();
      continue;
    }
    std::map<std::uint64_t, std::uint32_t> newest;  // of each key
    for (const auto& place : *places) {
      auto& chunk = newest[place.key];
      chunk = std::max(chunk, place.chunk);
    }
    std::vector<chunk_number> here;
    here.reserve(newest.size());
    for (const auto& [key, chunk] : newest) here.push_back(first_of(one.number) + chunk);
    std::sort(here.rbegin(), here.rend());
    here.resize(std::min(here.size(), limit));
    chunks.insert(chunks.end(), here.begin(), here.end());
  }
  return chunks;
}

result<void> sqlite_reader::walk_back(unix_nanos stored_since,
                                      function_ref<bool(std::string_view chunk)> visit) const {
  for (const auto& one : slices()) {
    if (!one.reader) continue;
    const auto ended = one.reader->walk_back(stored_since, visit);
    if (!ended && !is_passed_over(one, ended.error())) return ended.error();
    if (ended && *ended) break;
  }
  return {};
}

result<void> sqlite_reader::walk_tasks(
    unix_nanos from, unix_nanos to,
    function_ref<bool(chunk_number origin, std::string_view tasks)> visit) const {
  for (const auto& one : slices()) {
    if (!one.reader) continue;
    const auto ended = one.reader->walk_tasks(
        from, to, [&](std::string_view tasks) { return visit(first_of(one.number), tasks); });
    if (!ended && !is_passed_over(one, ended.error())) return ended.error();
    if (ended && *ended) break;
  }
  return {};
}

}  // namespace waybill::inline v0
