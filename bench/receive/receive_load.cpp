// Loads a waybill serve (or any OTLP/HTTP receiver) on this machine and prints what it cost, as one line of
// JSON. With --check: asks it for what it acknowledged, through waybill's own reading address.
#include "load_run.hpp"
#include "measured_server.hpp"
#include "server_connection.hpp"
#include "trace_check.hpp"

#include <waybill/base/json_writer.hpp>

#include <charconv>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace waybill_load;

constexpr const char* usage =
    "receive-load --url http://127.0.0.1:PORT [options]\n"
    "  --spans N | --seconds S   when to end (1000000 spans)\n"
    "  --connections N           at once (4)\n"
    "  --batch N                 spans a request (1000)\n"
    "  --rate N                  spans a second at most (no limit)\n"
    "  --apart N                 requests between the first and the second half of a trace (0: together)\n"
    "  --sentry 1                Sentry's envelopes, four spans each, instead of OTLP\n"
    "  --seed N --first N        which ids; the number of the first trace (1, 0)\n"
    "  --pid N --store FOLDER    also measure this server and its store\n"
    "  --acknowledged FILE       write down what was acknowledged\n"
    "  --announce 1              print \"accepted\" at the first 200\n"
    "  --check N                 then ask for N acknowledged traces, over --connections (0: for all)\n"
    "  --only-check FILE         send nothing; check what was written down\n";

struct arguments {
  load_options load;
  pid_t server = 0;
  std::string store;
  std::string acknowledged;
  std::string only_check;
  bool check = false;
  std::uint64_t check_count = 0;
};

template <class Number>
bool read(std::string_view text, Number& to) {
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), to);
  return wrong == std::errc{} && end == text.data() + text.size();
}

bool read(std::string_view text, std::string& to) {
  to = text;
  return true;
}

bool read_arguments(int count, char** words, arguments& to) {
  const std::pair<std::string_view, std::function<bool(std::string_view)>> options[] = {
      {"--url", [&](auto text) { return (to.load.port = local_port(text)) != 0; }},
      {"--spans", [&](auto text) { return read(text, to.load.spans); }},
      {"--seconds", [&](auto text) { return read(text, to.load.seconds); }},
      {"--connections", [&](auto text) { return read(text, to.load.connections); }},
      {"--batch", [&](auto text) { return read(text, to.load.spans_per_request); }},
      {"--rate", [&](auto text) { return read(text, to.load.spans_per_second); }},
      {"--apart", [&](auto text) { return read(text, to.load.requests_between); }},
      {"--sentry", [&](auto text) { return to.load.sentry = text == "1", text == "1"; }},
      {"--seed", [&](auto text) { return read(text, to.load.seed); }},
      {"--first", [&](auto text) { return read(text, to.load.first_trace); }},
      {"--pid", [&](auto text) { return read(text, to.server); }},
      {"--store", [&](auto text) { return read(text, to.store); }},
      {"--acknowledged", [&](auto text) { return read(text, to.acknowledged); }},
      {"--announce",
       [&](auto) {
         to.load.accepted_first = [] {
           std::puts("accepted");
           std::fflush(stdout);
         };
         return true;
       }},
      {"--check", [&](auto text) { return to.check = true, read(text, to.check_count); }},
      {"--only-check", [&](auto text) { return to.check = true, read(text, to.only_check); }},
  };
  for (int i = 1; i + 1 < count; i += 2) {
    bool taken = false;
    for (const auto& [name, take] : options) taken = taken || (name == words[i] && take(words[i + 1]));
    if (!taken) return false;
  }
  return count % 2 == 1 && to.load.port != 0;
}

class report {
 public:
  report() { json_.begin_object(); }
  void figure(std::string_view name, double value) { json_.key(name).number(value); }
  void figure(std::string_view name, std::uint64_t value) { json_.key(name).unsigned_integer(value); }
  void word(std::string_view name, std::string_view value) { json_.key(name).text(value); }
  void print() {
    json_.end_object();
    std::puts(text_.c_str());
  }

 private:
  std::string text_;
  waybill::json_writer json_{text_};
};

void tell(report& to, const load_outcome& load) {
  to.figure("seconds", load.seconds);
  to.figure("requests", load.sent_requests);
  to.figure("spans", load.accepted_spans);
  to.figure("requests_per_second", static_cast<double>(load.status_200) / load.seconds);
  to.figure("spans_per_second", static_cast<double>(load.accepted_spans) / load.seconds);
  to.figure("sent_bytes", load.sent_bytes);
  to.figure("status_200", load.status_200);
  to.figure("status_429", load.status_429);
  to.figure("status_503", load.status_503);
  to.figure("without_retry_after", load.without_retry_after);
  to.figure("other_status", load.other_status);
  to.figure("partial", load.partial);
  to.figure("unanswered", load.unanswered);
  to.figure("p50_ms", percentile(load.latencies, 0.5) * 1e3);
  to.figure("p99_ms", percentile(load.latencies, 0.99) * 1e3);
  to.figure("max_ms", percentile(load.latencies, 1) * 1e3);
}

void tell(report& to, const check_outcome& check) {
  to.figure("asked", check.asked);
  to.figure("whole", check.whole);
  to.word("first_problem", check.first_problem);
  to.figure("read_p50_ms", percentile(check.latencies, 0.5) * 1e3);
  to.figure("read_p99_ms", percentile(check.latencies, 0.99) * 1e3);
  to.figure("read_max_ms", percentile(check.latencies, 1) * 1e3);
}

}  // namespace

int main(int count, char** words) {
  arguments given;
  if (!read_arguments(count, words, given)) {
    std::fputs(usage, stderr);
    return 2;
  }
  report told;
  journal acknowledged;
  if (given.only_check.empty()) {
    if (given.load.spans == 0 && given.load.seconds == 0) given.load.spans = 1'000'000;
    const server_figures before = measure_server(given.server);
    const double own_before = own_cpu_seconds();
    load_outcome load = run_load(given.load);
    tell(told, load);
    const double millions = static_cast<double>(load.accepted_spans) / 1e6;
    told.figure("client_cpu_seconds", own_cpu_seconds() - own_before);
    if (given.server != 0) {
      const server_figures after = measure_server(given.server);
      told.figure("server_cpu_seconds", after.cpu_seconds - before.cpu_seconds);
      told.figure("cpu_seconds_per_million", (after.cpu_seconds - before.cpu_seconds) / millions);
      told.figure("resident_bytes", after.resident);
      told.figure("peak_resident_bytes", after.peak_resident);
    }
    if (!given.store.empty()) told.figure("store_bytes", bytes_on_disk(given.store));
    acknowledged = std::move(load.acknowledged);
    if (!given.acknowledged.empty() && !acknowledged.save(given.acknowledged)) {
      std::fprintf(stderr, "receive-load: %s can't be written.\n", given.acknowledged.c_str());
      return 1;
    }
  } else if (auto loaded = journal::load(given.only_check)) {
    acknowledged = std::move(*loaded);
  } else {
    std::fprintf(stderr, "receive-load: %s can't be read.\n", given.only_check.c_str());
    return 1;
  }
  if (given.check)
    tell(told, check_traces(given.load.port, acknowledged, given.check_count, given.load.connections));
  told.print();
  return 0;
}
