#include "trace_check.hpp"

#include "server_connection.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>
#include <unordered_map>

namespace waybill_load {
namespace {

using steady = std::chrono::steady_clock;

struct expected_trace {
  std::uint64_t number = 0;
  bool front = false;
  bool back = false;
};

std::vector<expected_trace> expected_by(const journal& acknowledged) {
  std::vector<expected_trace> traces;
  std::unordered_map<std::uint64_t, std::size_t> places;
  for (const auto& request : acknowledged.requests) {
    for (std::uint64_t number = request.first; number < request.first + request.traces; ++number) {
      const auto [place, is_new] = places.try_emplace(number, traces.size());
      if (is_new) traces.push_back({.number = number});
      expected_trace& trace = traces[place->second];
      trace.front = trace.front || request.part != trace_part::back;
      trace.back = trace.back || request.part != trace_part::front;
    }
  }
  return traces;
}

// What is wrong with the answer about a trace; empty: nothing.
std::string problem_of(const expected_trace& expected, const load_identity& identity,
                       const server_answer& answer) {
  if (answer.status != 200) {
    return "answered with " + std::to_string(answer.status) + ": " + answer.body.substr(0, 300);
  }
  for (std::size_t span = 0; span < spans_per_trace; ++span) {
    if (!(span < spans_per_half ? expected.front : expected.back)) continue;
    const std::string wanted = "\"spanId\":\"" + hex(identity.span_id(span)) + "\"";
    const std::size_t at = answer.body.find(wanted);
    if (at == answer.body.npos) return "span " + std::to_string(span) + " is missing";
    if (answer.body.find(wanted, at + 1) != answer.body.npos) {
      return "span " + std::to_string(span) + " is there twice";
    }
  }
  return {};
}

}  // namespace

check_outcome check_traces(std::uint16_t port, const journal& acknowledged, std::uint64_t count,
                           std::size_t connections) {
  std::vector<expected_trace> traces = expected_by(acknowledged);
  if (count != 0 && count < traces.size()) {
    std::mt19937_64 random{acknowledged.seed};
    std::shuffle(traces.begin(), traces.end(), random);
    traces.resize(count);
  }
  check_outcome outcome;
  outcome.asked = traces.size();
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  const auto ask = [&] {
    server_connection server{port};
    std::vector<double> latencies;
    std::uint64_t whole = 0;
    std::string first_problem;
    for (std::size_t at = next++; at < traces.size(); at = next++) {
      const load_identity identity{acknowledged.seed, traces[at].number};
      const auto id = identity.trace_id();
      const std::string head =
          "GET /api/traces/" + hex(id[0]) + hex(id[1]) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      server_answer answer;
      const auto begun = steady::now();
      if (server.open()) answer = server.exchange(head, {});
      latencies.push_back(std::chrono::duration<double>(steady::now() - begun).count());
      const std::string problem = problem_of(traces[at], identity, answer);
      if (problem.empty()) {
        ++whole;
      } else if (first_problem.empty()) {
        first_problem = "trace " + hex(id[0]) + hex(id[1]) + " (number " + std::to_string(traces[at].number) +
                        "): " + problem;
      }
    }
    const std::lock_guard lock{mutex};
    outcome.whole += whole;
    if (outcome.first_problem.empty()) outcome.first_problem = first_problem;
    outcome.latencies.insert(outcome.latencies.end(), latencies.begin(), latencies.end());
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < connections; ++i) threads.emplace_back(ask);
  for (auto& thread : threads) thread.join();
  std::sort(outcome.latencies.begin(), outcome.latencies.end());
  return outcome;
}

}  // namespace waybill_load
