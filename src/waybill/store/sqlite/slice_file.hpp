// One slice: an SQLite file, complete by itself. How it is opened, what tables it has, and a clear sentence when
// it can't be used.
//
// The tables of format 2:
//   chunk        one row a chunk, in the order of storing
//   dictionary   what chunks were packed against
//   fresh        the index of the latest chunks, a row a chunk: keys of traces, keys of ties, task rows
//   key_run, key_leaf  the index of all others: sorted runs, cut into leaves (key_run.hpp)
//   task_run     task rows of all others
// Format 1 was a store in one file, with a row a trace and chunk; upgrade.hpp reads it.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/sqlite/database.hpp>

#include <string>

namespace waybill::inline v0 {

// What an acknowledged commit outlives: normal, the end of the process, however sudden; full, a power failure,
// too.
enum class durability : unsigned char { normal, full };

namespace slice_file {

inline constexpr std::int64_t format = 2;

enum class key_kind : std::int64_t { trace = 0, tie = 1 };

// Creates file and tables where they are missing. Only for who holds the store_lock.
// invalid_argument: not a slice; refused: of another version, or may not be written; io: the disk.
result<sqlite_database> open_for_writing(const std::string& file, durability kept);

// While another process writes, too, and without permission to write where that is possible. not_found: there
// is no such file, or nothing was ever written to it.
result<sqlite_database> open_for_reading(const std::string& file);

// The format that a file says it has, 0 where it says nothing. For reading what an older version wrote.
result<std::int64_t> format_of(const std::string& file);

// Opens a file of an older format, to read it with that format's tables.
result<sqlite_database> open_old(const std::string& file);

}  // namespace slice_file
}  // namespace waybill::inline v0
