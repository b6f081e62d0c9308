// What an OTLP receiver answers to an export request, whatever its encoding.
#pragma once

#include <cstdint>
#include <string>

namespace waybill::inline v0 {

enum class otlp_signal : std::uint8_t { traces, logs, metrics };

// OTLP's partial_success. Nothing rejected but a message: a warning. Neither: all is well.
struct export_answer {
  std::uint64_t rejected = 0;
  std::string message;
};

// google.rpc.Code: the numbers that an error's body carries beside its HTTP status, and gRPC's own status codes.
enum class rpc_code : std::uint8_t {
  invalid_argument = 3,
  resource_exhausted = 8,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  unauthenticated = 16
};

}  // namespace waybill::inline v0
