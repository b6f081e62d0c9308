// What lies where in a store on disk: a folder of slices, each one SQLite file that holds what came in some
// stretch of time, the oldest first.
//
//   000017.waybill   a slice; with -wal and -shm beside it while it is in use
//   expired.db       which traces were removed by the store's limits
//   waybill.lock     held by the process that writes
#pragma once

#include <waybill/base/result.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace waybill::inline v0::store_folder {

struct slice_place {
  std::uint32_t number;
  std::string path;
};

// The file that a format-1 store was.
std::string old_store(const std::string& folder);
std::string lock_file(const std::string& folder);
std::string expired_file(const std::string& folder);
std::string slice_path(const std::string& folder, std::uint32_t number);

// invalid_argument: there is a file in its place; io: it can't be made.
result<void> make(const std::string& folder);

// In the order of their numbers. An empty list where the folder can't be read.
std::vector<slice_place> slices(const std::string& folder);

// Bytes of the file and of what SQLite keeps beside it.
std::uint64_t bytes_of(const std::string& slice);

// With what SQLite keeps beside it. Whoever reads it at the moment may read on.
result<void> remove(const std::string& slice);

}  // namespace waybill::inline v0::store_folder
