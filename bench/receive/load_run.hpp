// Sends export requests over several connections and counts what becomes of them.
#pragma once

#include "journal.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace waybill_load {

struct load_options {
  std::uint16_t port = 0;
  std::uint64_t seed = 1;
  std::size_t connections = 4;
  std::size_t spans_per_request = 1000;
  std::uint64_t spans = 0;             // stop after so many were sent; 0: never
  double seconds = 0;                  // stop after this time; 0: never
  double spans_per_second = 0;         // 0: as fast as the server answers
  std::uint64_t requests_between = 0;  // front and back of a trace; 0: a trace goes in one request
  std::uint64_t first_trace = 0;
  bool sentry = false;  // envelopes of one transaction of four spans, instead of export requests
  std::function<void()> accepted_first = [] {};  // called once, at the first 200
};

struct load_outcome {
  double seconds = 0;
  std::uint64_t sent_requests = 0;
  std::uint64_t sent_bytes = 0;
  std::uint64_t accepted_spans = 0;
  std::uint64_t status_200 = 0;
  std::uint64_t status_429 = 0;
  std::uint64_t status_503 = 0;
  std::uint64_t without_retry_after = 0;  // of the 429s and 503s
  std::uint64_t other_status = 0;
  std::uint64_t partial = 0;      // 200, but with words about spans that were not taken
  std::uint64_t unanswered = 0;   // the server closed or died before it answered
  std::vector<double> latencies;  // seconds, of answered requests, sorted
  journal acknowledged;
};

// Ends early when nobody listens any more.
load_outcome run_load(const load_options& options);

// The value below which this share of the sorted ones lies; 0 if there are none.
double percentile(const std::vector<double>& sorted, double share);

}  // namespace waybill_load
