// What a server has acknowledged, request by request: written down by a load, held against the store later.
#pragma once

#include "load_bodies.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill_load {

struct acknowledged {
  std::uint64_t first = 0;  // trace
  std::uint32_t traces = 0;
  trace_part part = trace_part::whole;
};

struct journal {
  std::uint64_t seed = 0;
  std::vector<acknowledged> requests;

  bool save(const std::string& path) const;
  static std::optional<journal> load(const std::string& path);
};

}  // namespace waybill_load
