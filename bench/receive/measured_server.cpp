#include "measured_server.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace waybill_load {

server_figures measure_server(pid_t server) {
  server_figures figures;
  const std::string folder = "/proc/" + std::to_string(server);
  std::string line;
  std::ifstream stat{folder + "/stat"};
  std::getline(stat, line);
  // Behind the name, which may hold anything: state and ten numbers, then user and system time (proc(5)).
  if (const std::size_t name_end = line.rfind(')'); name_end != line.npos) {
    std::istringstream fields{line.substr(name_end + 2)};
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    figures.cpu_seconds = (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  std::ifstream status{folder + "/status"};
  while (std::getline(status, line)) {
    std::istringstream fields{line};
    std::string name;
    std::uint64_t kib = 0;
    fields >> name >> kib;
    if (name == "VmRSS:") figures.resident = kib << 10;
    if (name == "VmHWM:") figures.peak_resident = kib << 10;
  }
  return figures;
}

std::uint64_t bytes_on_disk(const std::string& folder) {
  std::uint64_t bytes = 0;
  std::error_code none;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder, none}) {
    struct stat told {};
    if (::lstat(entry.path().c_str(), &told) == 0 && S_ISREG(told.st_mode)) {
      bytes += static_cast<std::uint64_t>(told.st_blocks) * 512;
    }
  }
  return bytes;
}

double own_cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace waybill_load
