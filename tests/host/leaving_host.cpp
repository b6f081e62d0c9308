// A host that ends, in the way that its first argument says; the second is where its records go.

#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

using namespace waybill;
using namespace std::chrono_literals;

namespace {

const metadata no_headers;

result<session> start_to(const std::string& collector, std::chrono::milliseconds flush_limit = 5s) {
  return start({.service_name = "leaving", .export_to = collector, .flush_limit = flush_limit});
}

// Says something in its destructor, whenever that is, and keeps a span open until then.
struct speaks_at_its_end {
  explicit speaks_at_its_end(const char* what) : name(what) {}
  ~speaks_at_its_end() {
    auto span = start_span(name);
    span.set("when", "late");
    with_task_logging(no_headers, "late", name, [] { inject_trace_context(); });
    kept.reset();
  }
  const char* name;
  std::optional<detached_span> kept;
};

speaks_at_its_end before_session{"static before"};
thread_local speaks_at_its_end of_thread{"thread_local"};

int exit_in_task(const std::string& collector) {
  const auto tracing = start_to(collector);
  with_task_logging(no_headers, "deployment", "deploy", [] {
    { auto done = start_span("done before exit"); }
    std::exit(3);
  });
  return 0;
}

int exit_elsewhere(const std::string& collector) {
  const auto tracing = start_to(collector);
  std::thread{[] {
    with_task_logging(no_headers, "deployment", "deploy", [] {
      { auto done = start_span("done before exit"); }
      std::exit(3);
    });
  }}.join();
  return 0;
}

// Statics and thread_locals that are older and younger than the session, which is one of them.
int die_in_statics(const std::string& collector) {
  before_session.kept = start_detached_span("nobody's");
  of_thread.kept = start_detached_span("nobody's");
  static std::optional<result<session>> tracing;
  tracing.emplace(start_to(collector));
  static speaks_at_its_end after_session{"static after"};
  after_session.kept = start_detached_span("kept by static after");
  before_session.kept = start_detached_span("kept by static before");
  of_thread.kept = start_detached_span("kept by thread_local");
  std::thread{[] {
    of_thread.name = "thread_local of a thread";
    of_thread.kept = start_detached_span("kept by thread_local of a thread");
  }}.join();
  return 0;
}

int exit_in_child(const std::string& collector) {
  const auto tracing = start_to(collector);
  { auto before = start_span("before the fork"); }
  auto open = start_span("open at the fork");
  const pid_t child = fork();
  if (child == 0) {
    { auto own = start_span("the child's"); }
    std::printf("child %d\n", getpid());
    std::exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  std::printf("parent %d\n", getpid());
  return status;
}

// Many threads record while the process forks again and again; each child records, from threads of its own too, and ends.
int fork_under_load(const std::string& collector) {
  const auto tracing = start_to(collector);
  std::atomic<bool> enough{false};
  const auto record = [] {
    with_task_logging(no_headers, "deployment", "deploy", [](task& running) {
      running.event.set("text", std::string(2'000, 'x'));
      auto span = start_span("busy");
    });
  };
  std::thread busy[3];
  for (auto& one : busy) {
    one = std::thread{[&] {
      while (!enough) record();
    }};
  }
  int wrong = 0;
  for (int i = 0; i < FORKS; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      std::thread others[2];
      for (auto& one : others) one = std::thread{record};
      { auto own = start_span("a child's"); }
      for (auto& one : others) one.join();
      std::exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    wrong += status != 0;
  }
  enough = true;
  for (auto& one : busy) one.join();
  return wrong;
}

int exec_in_child(const std::string& collector) {
  auto tracing = start_to(collector);
  { auto span = start_span("before the exec"); }
  tracing->flush(5s);
  const pid_t child = fork();
  if (child == 0) {
    execl("/proc/self/exe", "host-leaving", "say what is inherited", "", static_cast<char*>(nullptr));
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

int say_what_is_inherited(const std::string&) {
  for (int descriptor = 3; descriptor < 1024; ++descriptor) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0 && peer.ss_family == AF_INET)
      std::puts("a connection");
  }
  std::puts("that is all");
  return 0;
}

// A collector that takes its time, or does not answer: how long does the end take?
int end_at_once(const std::string& collector) {
  const auto tracing = start_to(collector, 300ms);
  for (int i = 0; i < 3'000; ++i) auto span = start_span("never leaves");
  std::this_thread::sleep_for(300ms);  // the exporter is in the middle of it
  return 0;
}

int exit_with_limit(const std::string& collector) {
  const auto tracing = start_to(collector, 300ms);
  for (int i = 0; i < 3'000; ++i) auto span = start_span("never leaves");
  std::this_thread::sleep_for(300ms);
  std::exit(0);
}

// Standard output is a pipe that nobody reads.
int lines_nobody_reads(const std::string& collector) {
  const auto tracing = start({.service_name = "leaving",
                              .export_to = collector,
                              .json_lines = "-",
                              .json_lines_have_spans = true,
                              .flush_limit = 300ms});
  for (int i = 0; i < 3'000; ++i) auto span = start_span("left");
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::map<std::string, std::function<int(const std::string&)>> ways{
      {"exit in a task", exit_in_task},
      {"exit in a task on another thread", exit_elsewhere},
      {"die in statics", die_in_statics},
      {"exit in a forked child", exit_in_child},
      {"fork under load", fork_under_load},
      {"exec in a child", exec_in_child},
      {"say what is inherited", say_what_is_inherited},
      {"end at once", end_at_once},
      {"exit with a limit", exit_with_limit},
      {"lines nobody reads", lines_nobody_reads},
  };
  const auto way = ways.find(count == 3 ? arguments[1] : "");
  if (way == ways.end()) return 2;
  return way->second(arguments[2]);
}
