// The file that a SQLite store lies in: where it is, what is in it, who may write to it, and a clear sentence
// when not.
//
// The tables of format 1:
//   chunk      one row a chunk; data is what chunk_builder packs
//   trace_chunk  which chunks hold records of a trace
//   tie        which traces were stored under a related key (a link's target, a message's id)
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/sqlite/database.hpp>

#include <string>

namespace waybill::inline v0::store_file {

inline constexpr std::int64_t format = 1;

// What an acknowledged commit outlives: normal, the end of the process, however sudden; full, a power
// failure, too.
enum class durability : unsigned char { normal, full };

// A path names the file itself if it is a file or ends in ".db" or ".waybill"; else a folder with waybill.db
// in it.
std::string resolve(const std::string& path);

// The folder that a file, as resolve() gave it, lies in.
result<void> make_folder(const std::string& file);

// Creates file and tables where they are missing. Only for who holds the store_lock.
// invalid_argument: not a store; refused: of a newer version, or may not be written; io: the disk.
result<sqlite_database> open_for_writing(const std::string& file, durability kept);

// While another process writes, too, and without permission to write where that is possible. not_found: there
// is no store.
result<sqlite_database> open_for_reading(const std::string& file);

}  // namespace waybill::inline v0::store_file
