#include <waybill/queues/sqlite/sqlite_queue.hpp>
#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <csignal>
#include <iostream>
#include <thread>

volatile std::sig_atomic_t ended = 0;

void deploy_environment() {
  auto span = waybill::start_span("k8s.apply: deployment");  // hangs off the web request's trace
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
}

int main() {
  for (int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { ended = 1; });
  auto tracing = waybill::start({.service_name = "worker", .event_metadata = {"organizationId"}});
  auto queue = waybill::sqlite_queue::open("queue.db");
  if (!tracing || !queue) return std::cerr << (tracing ? queue.error() : tracing.error()).message << '\n', 1;

  while (!ended) {
    auto message = queue->receive("deployment", {.worker = "worker-1"});  // a result of an optional
    if (!message) return std::cerr << message.error().message << '\n', 1;
    if (!*message) {
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
      continue;
    }
    waybill::with_task_logging(**message, "deployment", "deploy", [&](waybill::task& task) {
      task.event.set({{"deploymentId", (*message)->payload()}, {"replicas", 3}});
      deploy_environment();
    });
    if (auto done = queue->acknowledge(**message); !done) std::cerr << done.error().message << '\n';
  }
}
