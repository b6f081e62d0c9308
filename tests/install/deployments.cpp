// A project of its own: a message goes through a queue, and what happened is written to a file of JSON lines.
#include <waybill/queues/sqlite/sqlite_queue.hpp>
#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <iostream>

int main(int, char** arguments) {
  auto tracing = waybill::start(
      {.service_name = "deployments", .json_lines = arguments[1], .json_lines_have_spans = true});
  auto queue = waybill::sqlite_queue::open(arguments[2]);
  if (!tracing || !queue) return std::cerr << (tracing ? queue.error() : tracing.error()).message << '\n', 1;
  {
    auto request = waybill::start_span("POST /api/deploy");
    waybill::metadata metadata;
    waybill::inject_trace_context(metadata);
    if (auto sent = queue->send("deployment", "dep_4711", metadata); !sent) return 1;
  }
  auto message = queue->receive("deployment");
  if (!message || !*message) return 1;
  waybill::with_task_logging(**message, "deployment", "deploy", [&](waybill::task& task) {
    task.event.set("deploymentId", (*message)->payload());
    auto span = waybill::start_span("k8s.apply: deployment");
  });
}
