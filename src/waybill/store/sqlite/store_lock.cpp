#include <waybill/store/sqlite/store_lock.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace waybill::inline v0 {
namespace {

std::string read_holder(int descriptor) {
  char text[24];
  const ssize_t size = pread(descriptor, text, sizeof text, 0);
  const std::string_view holder{text, size > 0 ? static_cast<std::size_t>(size) : 0};
  const auto digits = holder.substr(0, holder.find_first_not_of("0123456789"));
  return digits.empty() ? std::string{} : " (process " + std::string{digits} + ")";
}

}  // namespace

result<store_lock> store_lock::take(const std::string& path, const std::string& store) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return failure{failure_code::refused, "The store " + store + " can't be written: " + path + ": " +
                                              std::generic_category().message(errno) +
                                              ". Check the permissions of its folder."};
  }
  store_lock lock{descriptor};
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return failure{failure_code::busy, "The store " + store + " is in use by another waybill serve" +
                                           read_holder(descriptor) +
                                           ". Stop that one, or choose another --store."};
  }
  // Only told to people: who holds the lock is known by the lock itself.
  const std::string holder = std::to_string(getpid()) + "\n";
  if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, holder.data(), holder.size(), 0) < 0) {
    return failure{failure_code::io, "The store " + store + " can't be written: " + path + ": " +
                                         std::generic_category().message(errno) + "."};
  }
  return lock;
}

store_lock::~store_lock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace waybill::inline v0
