// What a task's latency is while the collector misbehaves, against the same with a good collector.
//
// Three processes do the same tasks: one with a bad collector inside, one with a good one, and, to compare with, one that
// exports nothing. They take turns of some milliseconds, so that whatever else the machine does meets all alike, and whoever
// has no turn is stopped, its exporting thread and its collector too: each pays for its own trouble alone. A turn's latency
// is its 99th percentile; the medians of all turns are compared. A noisy machine gets more turns before it is believed that
// the bad collector costs more than 5 %. So this finds harm of about a tenth and more for certain, and 5 % only on a quiet
// machine; it never finds what is not there.
//
// --planted: instead of the bad collectors, a sink that now and then keeps the host's thread waiting. Must fail.

#define DOCTEST_CONFIG_IMPLEMENT
#include "collectors.hpp"

#include <waybill/export/batching_sink.hpp>
#include <waybill/start.hpp>
#include <waybill/tracing/tracer.hpp>
#include <waybill/waybill.hpp>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>

using namespace waybill;
using namespace waybill_tests;
using namespace std::chrono_literals;

namespace {

constexpr int tasks_of_a_turn = 1'000;  // as many records as may be in flight
constexpr std::size_t fewest_turns = 20;
constexpr std::size_t most_turns = 160;
constexpr double allowed = 1.05;
constexpr auto flush_limit = 300ms;
constexpr long allowed_memory_kb =
    24 * 1024;  // records in flight, a batch on its way, and what a client needs

struct report {
  long memory_kb;  // more than before the session, at the most
  double end_ms;   // how long the session's end took
};

// A collector, and how a process that exports to it is set up; kept until its end.
struct arrangement {
  std::string name;
  std::function<std::shared_ptr<void>()> make;
};

long status_kb(std::string_view key) {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return std::stol(line.substr(key.size() + 1));
  }
  return 0;
}

double microseconds_of_a_task(const metadata& message) {
  const auto began = steady_now();
  with_task_logging(message, {.kind = "deployment", .action = "deploy"}, [](task& running) {
    running.event.set({{"deploymentId", "dep_1"}, {"attempt", 2}});
    auto query = start_span("db.query");
    query.set({{"db.system", "postgresql"}, {"db.rows", 17}});
    volatile unsigned mixed = 1;
    for (unsigned i = 0; i < 8'000; ++i) mixed = mixed * 31 + i;  // the work itself
    metadata sent;
    inject_trace_context(sent);
  });
  return static_cast<double>(steady_now() - began) / 1e3;
}

double microseconds_of_a_turn() {
  const metadata message{{"organizationId", "org_1"},
                         {"traceparent", "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"}};
  std::vector<double> latencies;
  latencies.reserve(tasks_of_a_turn);
  for (int i = 0; i < tasks_of_a_turn; ++i) latencies.push_back(microseconds_of_a_task(message));
  const auto at = latencies.begin() + tasks_of_a_turn * 99 / 100;
  std::nth_element(latencies.begin(), at, latencies.end());
  return *at;
}

// The process with one of the two collectors. Spoken to over a socket: 't' for a turn, 'e' for the end.
class side {
 public:
  explicit side(const arrangement& collector) {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    process_ = fork();
    REQUIRE(process_ >= 0);
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::close(ends[0]);
      work(ends[1], collector);
    }
    ::close(ends[1]);
    socket_ = ends[0];
    take_turn();  // the first is to warm up
  }
  side(const side&) = delete;
  side& operator=(const side&) = delete;
  ~side() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    ::close(socket_);
  }

  double take_turn() {
    const auto microseconds = ask<double>('t');
    kill(process_, SIGSTOP);
    waitpid(process_, nullptr, WUNTRACED);
    return microseconds;
  }
  report end() { return ask<report>('e'); }

 private:
  template <class Answer>
  Answer ask(char what) {
    kill(process_, SIGCONT);
    Answer answer{};
    if (write(socket_, &what, 1) != 1 || read(socket_, &answer, sizeof answer) != sizeof answer) {
      std::puts("the process under test is gone");
      std::exit(1);
    }
    return answer;
  }

  [[noreturn]] static void work(int socket, const arrangement& collector) {
    const long memory_before = status_kb("VmRSS:");
    auto kept = collector.make();
    char asked = 0;
    while (read(socket, &asked, 1) == 1 && asked == 't') {
      std::this_thread::sleep_for(5ms);  // what was due while it stood still comes first
      const double microseconds = microseconds_of_a_turn();
      if (write(socket, &microseconds, sizeof microseconds) != sizeof microseconds) break;
    }
    const auto began = steady_now();
    kept.reset();
    const report said{status_kb("VmHWM:") - memory_before, static_cast<double>(steady_now() - began) / 1e6};
    if (write(socket, &said, sizeof said) != sizeof said) _exit(1);
    _exit(0);
  }

  pid_t process_;
  int socket_;
};

double median(std::vector<double> of) {
  const auto at = of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2);
  std::nth_element(of.begin(), at, of.end());
  return *at;
}

std::shared_ptr<void> session_to(const std::string& url) {
  auto tracing = start({.service_name = "latency", .export_to = url, .flush_limit = flush_limit});
  REQUIRE(tracing);
  return std::make_shared<session>(std::move(*tracing));
}

// The session ends before its collector does.
template <class Collector>
std::shared_ptr<void> session_with(std::shared_ptr<Collector> collector, const std::string& url) {
  auto session = session_to(url);
  return {session.get(), [collector, session](void*) mutable {
            session.reset();
            collector.reset();
          }};
}

std::shared_ptr<void> session_with_script(const scripted_server::script& play) {
  auto server = std::make_shared<scripted_server>(play);
  return session_with(server, server->url(""));
}

arrangement good() {
  return {"takes everything", [] {
            return session_with_script([](plain_socket& socket) {
              while (!socket.read_answer().head.empty()) {
                if (!socket.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) return;
              }
            });
          }};
}

std::vector<arrangement> bad() {
  std::vector<arrangement> all{
      {"refuses", [] { return session_to(refusing_url()); }},
      {"drops packets",
       [] {
         auto port = std::make_shared<silent_port>();
         return session_with(port, port->url());
       }},
  };
  for (const auto& answer : bad_answers())
    all.push_back({std::string{answer.name}, [play = answer.play] { return session_with_script(play); }});
  return all;
}

// Throws away what it gets. For what must not be, every fiftieth record keeps its thread for 0.2 ms.
class idle_sink final : public span_sink {
 public:
  explicit idle_sink(bool keeps_waiting) : keeps_waiting_(keeps_waiting) {}
  void accept(span_batch&& finished) noexcept override {
    const span_batch gone{std::move(finished)};
    if (!keeps_waiting_ || ++count_ % 50 != 0) return;
    for (const auto until = steady_now() + 200'000; steady_now() < until;) {
    }
  }
  bool flush(std::chrono::milliseconds) noexcept override { return true; }
  std::uint64_t dropped() const noexcept override { return 0; }

 private:
  bool keeps_waiting_;
  std::uint64_t count_ = 0;
};

arrangement without_export(const char* name, bool keeps_waiting) {
  return {name, [keeps_waiting]() -> std::shared_ptr<void> {
            tracer_options options;
            options.sink = std::make_unique<idle_sink>(keeps_waiting);
            set_default_tracer(&tracer::make(std::move(options)));
            return nullptr;
          }};
}

bool is_harmless(const arrangement& collector) {
  side none{without_export("none", false)};
  side with_good{good()};
  side with_bad{collector};
  std::vector<double> of_none;
  std::vector<double> of_good;
  std::vector<double> of_bad;
  double ratio = 0;
  for (std::size_t turns = fewest_turns; turns <= most_turns; turns *= 2) {
    while (of_good.size() < turns) {
      of_none.push_back(none.take_turn());
      of_good.push_back(with_good.take_turn());
      of_bad.push_back(with_bad.take_turn());
    }
    ratio = median(of_bad) / median(of_good);
    if (ratio <= allowed) break;
  }
  const report end = with_bad.end();
  const bool in_time = end.end_ms < static_cast<double>(flush_limit.count()) + 500;
  const bool in_memory = end.memory_kb < allowed_memory_kb;
  std::printf("%-36s %7.1f %7.1f  %5.3f %7.1f %6zu %7.1f MiB %6.0f ms%s%s%s\n", collector.name.c_str(),
              median(of_bad), median(of_good), ratio, median(of_none), of_good.size(),
              static_cast<double>(end.memory_kb) / 1024, end.end_ms, ratio <= allowed ? "" : "  SLOWER",
              in_memory ? "" : "  TOO MUCH MEMORY", in_time ? "" : "  ENDS TOO LATE");
  std::fflush(stdout);
  return ratio <= allowed && in_time && in_memory;
}

}  // namespace

int main(int count, char** arguments) {
  doctest::Context asserts;
  asserts.setAsDefaultForAssertsOutOfTestCases();
  asserts.setAssertHandler([](const doctest::AssertData& failed) {
    if (!failed.m_failed) return;
    std::printf("%s:%d: %s\n", failed.m_file, failed.m_line, failed.m_expr);
    std::exit(1);
  });
  const bool plant = count == 2 && std::strcmp(arguments[1], "--planted") == 0;
  std::puts("a collector that ...                 p99 us    good  ratio    none  turns       memory    end");
  if (plant) return is_harmless(without_export("planted: keeps the thread waiting", true)) ? 0 : 1;
  bool all = true;
  for (const auto& collector : bad()) all = is_harmless(collector) && all;
  return all ? 0 : 1;
}
