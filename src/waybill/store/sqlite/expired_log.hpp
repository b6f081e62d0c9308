// Remembers which traces were in slices that are gone, so that what is missing of a trace can be called expired
// and not lost. Some three bytes a trace.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/context/trace_id.hpp>
#include <waybill/sqlite/database.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

struct expired_slice {
  std::uint32_t number;
  unix_nanos removed;                 // our clock
  std::string limit;                  // which one: "--keep 7d"
  std::vector<std::uint64_t> traces;  // key_of each; in any order, repeated or not
};

class expired_log {
 public:
  // Makes the file where it is missing. Only for who holds the store_lock.
  static result<expired_log> open(const std::string& file);

  // Forgets the oldest slices where all of them take more than so many bytes.
  result<void> add(const expired_slice& slice, std::uint64_t bytes_at_most);

 private:
  sqlite_database database_;
};

// Looks into a log that somebody may be writing to. A sentence on when and why records of this trace were
// removed; empty if they were not, or there is no log. Wrong for one trace in a million, about.
std::optional<std::string> find_expired(const std::string& file, const trace_id& trace);

}  // namespace waybill::inline v0
