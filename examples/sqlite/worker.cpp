// Works on deployments, one after another, until Ctrl-C. What takes long stands for Kubernetes, and says so.
//   sqlite-worker QUEUE_FILE [WORKER_NAME]
// The deployment "fail" fails, and is tried again after two seconds, three times in all.
#include <waybill/queues/sqlite/sqlite_queue.hpp>
#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <thread>

namespace {

using namespace std::chrono_literals;

volatile std::sig_atomic_t asked_to_end = 0;

void apply(std::string_view deployment) {
  auto span = waybill::start_span("k8s.apply: deployment", {.op = "k8s"});
  span.set({{"k8s.namespace.name", "production"}, {"simulated", true}});
  std::this_thread::sleep_for(400ms);
  if (deployment == "fail") throw std::runtime_error{"the cluster says no"};
}

// True when the message is done with.
bool deploy(const waybill::sqlite_message& message) {
  try {
    waybill::with_task_logging(message, "deployment", "deploy", [&](waybill::task& task) {
      task.event.set({{"deploymentId", message.payload()}, {"strategy", "rolling"}});
      const auto timer = task.event.time("apply");
      apply(message.payload());
      task.event.set("replicas", 3);
    });
  } catch (const std::exception& error) {  // the task's event has told it already
    std::fprintf(stderr, "attempt %u: %s\n", message.attempt(), error.what());
    return message.attempt() == 3;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: sqlite-worker QUEUE_FILE [WORKER_NAME]\n", stderr), 2;
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { asked_to_end = 1; });
  auto tracing = waybill::start({.service_name = "worker", .event_metadata = {"organizationId"}});
  if (!tracing) return std::fprintf(stderr, "%s\n", tracing.error().message.c_str()), 2;
  auto queue = waybill::sqlite_queue::open(argv[1]);
  if (!queue) return std::fprintf(stderr, "%s\n", queue.error().message.c_str()), 1;

  const std::string_view name = argc > 2 ? argv[2] : "worker-1";
  while (asked_to_end == 0) {
    const auto received = queue->receive("deployment", {.worker = name, .visibility = 1min});
    if (!received) return std::fprintf(stderr, "%s\n", received.error().message.c_str()), 1;
    if (!*received) {
      std::this_thread::sleep_for(50ms);
      continue;
    }
    const waybill::sqlite_message& message = **received;
    const auto done = deploy(message) ? queue->acknowledge(message) : queue->retry(message, 2s);
    if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
  }
}
