#include <waybill/export/line_file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace waybill::inline v0 {

line_file::line_file(int descriptor) noexcept : descriptor_(descriptor) {
  struct stat facts {};
  regular_ = fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode);
}

line_file::~line_file() {
  if (descriptor_ != STDOUT_FILENO) ::close(descriptor_);
}

result<std::shared_ptr<const line_file>> line_file::open(const std::string& path) {
  if (path == "-") return std::shared_ptr<const line_file>{new line_file{STDOUT_FILENO}};
  // Without NONBLOCK, a named pipe that nobody reads would hold up the host for ever.
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0644);
  if (descriptor < 0) {
    const char* const why = errno == ENXIO ? "nobody reads this pipe" : std::strerror(errno);
    return failure{failure_code::io, "cannot append to " + path + ": " + why};
  }
  return std::shared_ptr<const line_file>{new line_file{descriptor}};
}

}  // namespace waybill::inline v0
