#include "journal.hpp"

#include <fstream>

namespace waybill_load {

bool journal::save(const std::string& path) const {
  std::ofstream file{path};
  file << seed << '\n';
  for (const auto& one : requests) {
    file << one.first << ' ' << one.traces << ' ' << static_cast<unsigned>(one.part) << '\n';
  }
  return static_cast<bool>(file.flush());
}

std::optional<journal> journal::load(const std::string& path) {
  std::ifstream file{path};
  journal loaded;
  if (!(file >> loaded.seed)) return std::nullopt;
  acknowledged one;
  for (unsigned part = 0; file >> one.first >> one.traces >> part;) {
    one.part = static_cast<trace_part>(part);
    loaded.requests.push_back(one);
  }
  return loaded;
}

}  // namespace waybill_load
