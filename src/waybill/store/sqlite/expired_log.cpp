#include <waybill/store/sqlite/expired_log.hpp>

#include <waybill/store/byte_column.hpp>
#include <waybill/store/hash.hpp>
#include <waybill/store/key_run.hpp>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <system_error>

namespace waybill::inline v0 {
namespace {

constexpr std::uint64_t seed = 0x657870697265642eULL;

// 40 bits that are spread evenly, whatever the ids look like.
std::uint64_t mark_of(std::uint64_t key) noexcept {
  return mix(key, seed) >> 24;
}

std::string pack_marks(const std::vector<std::uint64_t>& keys) {
  std::vector<std::uint64_t> marks;
  marks.reserve(keys.size());
  for (const std::uint64_t key : keys) marks.push_back(mark_of(key));
  std::sort(marks.begin(), marks.end());
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  byte_column packed;
  std::uint64_t last = 0;
  for (const std::uint64_t mark : marks) {
    packed.varint(mark - last);
    last = mark;
  }
  return std::string{packed.view()};
}

bool has_mark(std::string_view packed, std::uint64_t mark) {
  byte_walk walk{packed};
  std::uint64_t at = 0;
  for (bool first = true; !walk.left().empty() && (first || at < mark); first = false) at += walk.varint();
  return at == mark && !packed.empty();
}

std::string day_and_time(unix_nanos time) {
  const std::time_t seconds = time / 1'000'000'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &utc)};
}

}  // namespace

result<expired_log> expired_log::open(const std::string& file) {
  auto database = sqlite_database::open(file, sqlite_access::create);
  if (!database) return database.error();
  auto made = database->execute(
      "CREATE TABLE IF NOT EXISTS expired("
      "slice INTEGER PRIMARY KEY, removed INTEGER NOT NULL, cause TEXT NOT NULL, traces BLOB NOT NULL)");
  if (!made) return made.error();
  expired_log log;
  log.database_ = std::move(*database);
  return log;
}

result<void> expired_log::add(const expired_slice& slice, std::uint64_t bytes_at_most) {
  auto insert = database_.prepare(
      "INSERT OR REPLACE INTO expired(slice, removed, cause, traces) VALUES(?1, ?2, ?3, ?4)");
  if (!insert) return insert.error();
  const std::string marks = pack_marks(slice.traces);
  insert->bind(1, std::int64_t{slice.number}).bind(2, slice.removed).bind(3, slice.limit).bind_blob(4, marks);
  if (auto added = insert->run(); !added) return added;
  auto forget = database_.prepare(
      "DELETE FROM expired WHERE slice <= (SELECT max(slice) FROM (SELECT slice, sum(length(traces)) OVER "
      "(ORDER BY slice DESC) AS bytes FROM expired) WHERE bytes > ?1)");
  if (!forget) return forget.error();
  return forget->bind(1, static_cast<std::int64_t>(bytes_at_most)).run();
}

std::optional<std::string> find_expired(const std::string& file, const trace_id& trace) {
  std::error_code none;
  if (!std::filesystem::exists(file, none)) return std::nullopt;
  auto database = sqlite_database::open(file, sqlite_access::read_only);
  if (!database) return std::nullopt;
  auto select = database->prepare("SELECT removed, cause, traces FROM expired ORDER BY slice DESC");
  if (!select) return std::nullopt;
  const std::uint64_t mark = mark_of(key_of(trace));
  try {
    while (true) {
      const auto row = select->step();
      if (!row || !*row) return std::nullopt;
      if (!has_mark(select->blob(2), mark)) continue;
      return "Records of this trace expired by retention (" + std::string{select->text(1)} + "): removed " +
             day_and_time(select->integer(0)) + ".";
    }
  } catch (const damaged_chunk&) {
    return std::nullopt;
  }
}

}  // namespace waybill::inline v0
