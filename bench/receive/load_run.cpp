#include "load_run.hpp"

#include "sentry_bodies.hpp"
#include "server_connection.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <thread>

namespace waybill_load {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t different_bodies =
    32;  // more spans than any chunk holds: none compresses against itself

double seconds_since(steady::time_point start) {
  return std::chrono::duration<double>(steady::now() - start).count();
}

struct planned_request {
  std::uint64_t first = 0;  // trace
  std::uint64_t begin = 0;  // unix ns
  trace_part part = trace_part::whole;
};

// Hands out what is to be sent next: fronts, and after each the back whose time has come.
class plan {
 public:
  plan(const load_options& options, std::size_t traces)
      : options_(options), traces_(traces), next_trace_(options.first_trace) {}

  // False: all was sent.
  bool next(planned_request& to) {
    const std::lock_guard lock{mutex_};
    const bool ended = (options_.spans != 0 && planned_spans_ >= options_.spans) ||
                       (options_.seconds != 0 && seconds_since(start_) >= options_.seconds);
    if (!backs_.empty() && (ended || backs_.size() > options_.requests_between)) {
      to = backs_.front();
      backs_.pop_front();
      return true;
    }
    if (ended) return false;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    to.begin = static_cast<std::uint64_t>(std::chrono::nanoseconds{now}.count()) - trace_duration;
    to.first = next_trace_;
    to.part = options_.requests_between == 0 ? trace_part::whole : trace_part::front;
    next_trace_ += traces_;
    planned_spans_ += traces_ * spans_per_trace;
    return true;
  }

  // The front has arrived: its back will follow.
  void arrived(planned_request front) {
    front.part = trace_part::back;
    const std::lock_guard lock{mutex_};
    backs_.push_back(front);
  }

  void accepted() {
    if (!accepted_.exchange(true)) options_.accepted_first();
  }

  // Until it is this request's turn.
  void wait_for_turn(std::size_t spans) {
    if (options_.spans_per_second == 0) return;
    const std::uint64_t before = paced_spans_.fetch_add(spans);
    const std::chrono::duration<double> due{static_cast<double>(before) / options_.spans_per_second};
    std::this_thread::sleep_until(start_ + std::chrono::duration_cast<steady::duration>(due));
  }

 private:
  const load_options& options_;
  const std::size_t traces_;
  const steady::time_point start_ = steady::now();
  std::mutex mutex_;
  std::uint64_t next_trace_;
  std::uint64_t planned_spans_ = 0;
  std::atomic<std::uint64_t> paced_spans_{0};
  std::atomic<bool> accepted_{false};
  std::deque<planned_request> backs_;
};

std::vector<sentry_body> make_envelopes(const load_options& options, trace_part part) {
  std::mt19937_64 random{options.seed + static_cast<unsigned>(part)};
  std::vector<sentry_body> envelopes;
  for (std::size_t i = 0; i < different_bodies; ++i) envelopes.emplace_back(random, part);
  return envelopes;
}

std::vector<load_body> make_bodies(const load_options& options, trace_part part, std::size_t traces) {
  std::mt19937_64 random{options.seed + static_cast<unsigned>(part)};
  std::vector<load_body> bodies;
  for (std::size_t i = 0; i < different_bodies; ++i) bodies.emplace_back(random, part, traces);
  return bodies;
}

struct bodies_of_load {
  std::size_t traces;
  std::vector<load_body> parts[3];
  std::vector<sentry_body> envelopes[3];  // instead, where Sentry's SDKs are played

  void write(std::string& to, std::uint64_t seed, const planned_request& request) const {
    const auto part = static_cast<unsigned>(request.part);
    const std::size_t which = request.first / traces % different_bodies;
    if (!envelopes[part].empty()) return envelopes[part][which].write(to, seed, request.first, request.begin);
    parts[part][which].write(to, seed, request.first, request.begin);
  }
};

void count(load_outcome& into, const planned_request& request, std::size_t traces,
           const server_answer& answer) {
  switch (answer.status) {
    case 0:
      ++into.unanswered;
      return;
    case 200:
      ++into.status_200;
      into.accepted_spans += traces * spans_of(request.part);
      into.acknowledged.requests.push_back({request.first, static_cast<std::uint32_t>(traces), request.part});
      if (!answer.body.empty() && !answer.body.starts_with("{\"id\":")) ++into.partial;
      return;
    case 429:
      ++into.status_429;
      break;
    case 503:
      ++into.status_503;
      break;
    default:
      ++into.other_status;
      return;
  }
  if (answer.retry_after == 0) ++into.without_retry_after;
}

load_outcome send_all(const load_options& options, const bodies_of_load& bodies, plan& planned) {
  load_outcome outcome;
  server_connection server{options.port};
  std::string body;
  std::string head;
  planned_request request;
  while (planned.next(request)) {
    planned.wait_for_turn(bodies.traces * spans_of(request.part));
    bodies.write(body, options.seed, request);
    head = options.sentry ? "POST /api/1/envelope/?sentry_key=k HTTP/1.1\r\nHost: localhost\r\n"
                          : "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n"
                            "Content-Type: application/x-protobuf\r\n";
    head.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
    if (!server.open()) return outcome;
    const auto begun = steady::now();
    const server_answer answer = server.exchange(head, body);
    if (answer.status != 0) outcome.latencies.push_back(seconds_since(begun));
    ++outcome.sent_requests;
    outcome.sent_bytes += body.size();
    count(outcome, request, bodies.traces, answer);
    if (answer.status == 200) planned.accepted();
    if (answer.status == 200 && request.part == trace_part::front) planned.arrived(request);
  }
  return outcome;
}

void add(load_outcome& to, const load_outcome& one) {
  to.sent_requests += one.sent_requests;
  to.sent_bytes += one.sent_bytes;
  to.accepted_spans += one.accepted_spans;
  to.status_200 += one.status_200;
  to.status_429 += one.status_429;
  to.status_503 += one.status_503;
  to.without_retry_after += one.without_retry_after;
  to.other_status += one.other_status;
  to.partial += one.partial;
  to.unanswered += one.unanswered;
  to.latencies.insert(to.latencies.end(), one.latencies.begin(), one.latencies.end());
  auto& requests = to.acknowledged.requests;
  requests.insert(requests.end(), one.acknowledged.requests.begin(), one.acknowledged.requests.end());
}

}  // namespace

load_outcome run_load(const load_options& given) {
  load_options options = given;
  if (options.sentry) {  // an envelope is of one process, and of one trace
    options.requests_between = std::max<std::uint64_t>(options.requests_between, 1);
    options.spans_per_request = spans_per_half;
  }
  const bool halved = options.requests_between != 0;
  const std::size_t spans = halved ? spans_per_half : spans_per_trace;
  bodies_of_load bodies{
      .traces = std::max<std::size_t>(1, options.spans_per_request / spans), .parts = {}, .envelopes = {}};
  for (const trace_part part : {trace_part::whole, trace_part::front, trace_part::back}) {
    if ((part != trace_part::whole) == halved) {
      if (options.sentry) bodies.envelopes[static_cast<unsigned>(part)] = make_envelopes(options, part);
      bodies.parts[static_cast<unsigned>(part)] = make_bodies(options, part, bodies.traces);
    }
  }
  plan planned{options, bodies.traces};
  std::vector<load_outcome> outcomes(options.connections);
  const auto start = steady::now();
  std::vector<std::thread> threads;
  for (auto& outcome : outcomes) {
    threads.emplace_back([&] { outcome = send_all(options, bodies, planned); });
  }
  for (auto& thread : threads) thread.join();
  load_outcome all;
  all.seconds = seconds_since(start);
  all.acknowledged.seed = options.seed;
  for (const auto& outcome : outcomes) add(all, outcome);
  std::sort(all.latencies.begin(), all.latencies.end());
  return all;
}

double percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  return sorted[std::min(at, sorted.size() - 1)];
}

}  // namespace waybill_load
