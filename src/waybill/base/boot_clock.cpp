#include <waybill/base/boot_clock.hpp>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

namespace waybill::inline v0 {
namespace {

struct boot_name {
  char text[36];
  std::size_t size;
};

boot_name read_boot_name() noexcept {
  boot_name name{};
  const int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (file < 0) return name;
  if (read(file, name.text, sizeof name.text) == static_cast<ssize_t>(sizeof name.text))
    name.size = sizeof name.text;
  close(file);
  return name;
}

}  // namespace

std::int64_t boot_clock_now() noexcept {
  timespec now{};
  syscall(SYS_clock_gettime, CLOCK_BOOTTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

std::string_view boot_id() noexcept {
  static const boot_name name = read_boot_name();
  return {name.text, name.size};
}

}  // namespace waybill::inline v0
