// The export requests of a load: the story of a deployment, many times over.
//
//   web     POST /api/deploy (SERVER), two children, send deployment (PRODUCER)
//   worker  30.2 s later process deployment (CONSUMER), three children
//
// Eight to nine attributes a span, whose urls, hosts, users, statements and numbers differ from span to span
// as they do in the field: about 360 bytes a span, of which zstd -3 makes 51.
#pragma once

#include "load_identity.hpp"
#include "patched_message.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace waybill_load {

// Which spans of its traces a request holds. Front and back arrive as far apart as a queue holds a message.
enum class trace_part : unsigned char { whole, front, back };

constexpr std::size_t spans_of(trace_part part) noexcept {
  return part == trace_part::whole ? spans_per_trace : spans_per_half;
}

inline constexpr std::uint64_t trace_duration = 38'700'000'000;  // ns, from the first start to the last end

class load_body {
 public:
  load_body(std::mt19937_64& random, trace_part part, std::size_t traces);

  std::size_t size() const noexcept { return message_.bytes().size(); }

  // The body, about the traces from `first` on, which began at `begin` (unix ns). Keeps the text's memory.
  void write(std::string& to, std::uint64_t seed, std::uint64_t first, std::uint64_t begin) const;

 private:
  patched_message message_;
};

}  // namespace waybill_load
