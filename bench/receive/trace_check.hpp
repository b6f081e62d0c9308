// Asks a server for traces that it has acknowledged, and looks whether each is whole.
#pragma once

#include "journal.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waybill_load {

struct check_outcome {
  std::uint64_t asked = 0;
  std::uint64_t whole = 0;
  std::string first_problem;      // of the first trace that is not; empty: all are
  std::vector<double> latencies;  // seconds, sorted
};

// Every trace of which a part was acknowledged must hold the spans of that part, each once. At most `count`
// of them, chosen at random; 0: all. `connections` ask at once.
check_outcome check_traces(std::uint16_t port, const journal& acknowledged, std::uint64_t count,
                           std::size_t connections);

}  // namespace waybill_load
