#include <waybill/store/sqlite/store_folder.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>

namespace waybill::inline v0::store_folder {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view extension = ".waybill";

std::optional<std::uint32_t> number_of(const fs::path& file) {
  if (file.extension() != extension) return std::nullopt;
  const std::string digits = file.stem().string();
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.size() < 6 || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string old_store(const std::string& folder) {
  return (fs::path{folder} / "waybill.db").string();
}

std::string lock_file(const std::string& folder) {
  return (fs::path{folder} / "waybill.lock").string();
}

std::string expired_file(const std::string& folder) {
  return (fs::path{folder} / "expired.db").string();
}

std::string slice_path(const std::string& folder, std::uint32_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "%06u.waybill", static_cast<unsigned>(number));
  return (fs::path{folder} / name).string();
}

result<void> make(const std::string& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_directory(folder, error)) {
    return failure{failure_code::invalid_argument,
                   folder +
                       " is a file, and a store is a folder. Name a folder, one that is there or a new one; "
                       "a single file can be looked at with waybill show --store FILE."};
  }
  fs::create_directories(folder, error);
  if (!error) return {};
  return failure{failure_code::io, "The folder " + folder + " for the store can't be made: " +
                                       error.message() + ". Choose another --store."};
}

std::vector<slice_place> slices(const std::string& folder) {
  std::vector<slice_place> found;
  std::error_code error;
  for (fs::directory_iterator at{folder, error}, end; !error && at != end; at.increment(error)) {
    if (const auto number = number_of(at->path())) found.push_back({*number, at->path().string()});
  }
  std::sort(found.begin(), found.end(),
            [](const slice_place& a, const slice_place& b) { return a.number < b.number; });
  return found;
}

std::uint64_t bytes_of(const std::string& slice) {
  std::uint64_t bytes = 0;
  for (const char* const beside : {"", "-wal"}) {
    std::error_code error;
    const auto size = fs::file_size(slice + beside, error);
    if (!error) bytes += size;
  }
  return bytes;
}

result<void> remove(const std::string& slice) {
  std::error_code error;
  fs::remove(slice, error);  // first: without it nobody looks at the rest
  if (error) {
    return failure{failure_code::io, slice + " can't be removed: " + error.message() +
                                         ". Check the permissions of its folder."};
  }
  for (const char* const beside : {"-wal", "-shm"}) fs::remove(slice + beside, error);
  return {};
}

}  // namespace waybill::inline v0::store_folder
