// The story of load_bodies.hpp as Sentry's SDKs tell it: a transaction of the web service in one envelope, one of the
// worker in another, each a root and three children.
#pragma once

#include "load_bodies.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waybill_load {

class sentry_body {
 public:
  // part: front or back.
  sentry_body(std::mt19937_64& random, trace_part part);

  // About the trace `number`, which began at `begin` (unix ns). Keeps the text's memory.
  void write(std::string& to, std::uint64_t seed, std::uint64_t number, std::uint64_t begin) const;

 private:
  struct gap {
    std::size_t offset;
    char what;             // t: trace id, s: span id, n: seconds since 1970
    std::uint64_t number;  // which span of the trace; ns after its beginning
  };
  void add(std::string_view text) { text_ += text; }
  void open(char what, std::uint64_t number);
  void open_times(std::uint64_t start, std::uint64_t duration);
  void add_span(std::mt19937_64& random, unsigned span, unsigned parent, std::string_view op,
                std::uint64_t start, std::uint64_t duration);

  std::string text_;
  std::vector<gap> gaps_;
};

}  // namespace waybill_load
