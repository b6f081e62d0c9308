// What a server process and its store cost, as the system counts it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace waybill_load {

struct server_figures {
  double cpu_seconds = 0;
  std::uint64_t resident = 0;       // bytes
  std::uint64_t peak_resident = 0;  // since the process began
};

// Zeros when there is no such process.
server_figures measure_server(pid_t server);

// Bytes that all files below a folder take on the disk, a journal beside a database included.
std::uint64_t bytes_on_disk(const std::string& folder);

double own_cpu_seconds();

}  // namespace waybill_load
