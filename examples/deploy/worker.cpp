// The worker of the demo: one slot, one queue. What takes long in its tasks stands for Kubernetes, and says so.
//   deploy-worker QUEUE_FILE COLLECTOR EVENTS_FILE PACE
// PACE: 1 takes the article's 8 s for a deploy, 0.1 a tenth of that.
#include "wait_for_end.hpp"

#include <waybill/queues/sqlite/sqlite_queue.hpp>
#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace {

double pace = 1.0;
const demo::wait_for_end* end = nullptr;
bool ended = false;

// Stands for work. Whoever ends the worker does not wait for it.
void spend(double seconds) {
  const auto milliseconds = std::lround(seconds * 1e3);
  ended = ended || end->wait(milliseconds);
}

// A log line as any logger would write it: with the ids of what is current.
void log(const char* text) {
  const auto ids = waybill::current_ids();
  std::printf("INFO %s trace_id=%s span_id=%s\n", text, ids ? ids->trace.to_hex().c_str() : "-",
              ids && ids->span ? ids->span->to_hex().c_str() : "-");
  std::fflush(stdout);
}

void simulate(std::string_view name, std::string_view operation, double seconds) {
  auto span = waybill::start_span(name, {.op = "k8s", .kind = waybill::span_kind::client});
  span.set({{"k8s.namespace.name", "production"}, {"k8s.operation", operation}, {"simulated", true}});
  spend(seconds * pace);
}

waybill::result<std::int64_t> fetch_deployment(const char* queue_file) {
  auto span = waybill::start_span("db.query: fetch deployment",
                                  {.op = "db.query", .kind = waybill::span_kind::client});
  const char* const sql = "SELECT count(*) FROM waybill_queue";
  span.set({{"db.system.name", "sqlite"}, {"db.operation.name", "SELECT"}, {"db.query.text", sql}});
  auto database = waybill::sqlite_database::open(queue_file, waybill::sqlite_access::read_only);
  if (!database) return database.error();
  auto query = database->prepare(sql);
  if (!query) return query.error();
  const auto row = query->step();
  if (!row) return row.error();
  return query->integer(0);
}

void deploy(const waybill::sqlite_message& message, const char* queue_file) {
  waybill::task_options options;
  if (std::getenv("DEMO_BREAK_EXTRACT") != nullptr) options.relation.always = waybill::relation::fresh;
  waybill::with_task_logging(
      message, {.kind = "deployment", .action = "deploy"},
      [&](waybill::task& task) {
        log("deploying dep_4711");
        const auto queued = fetch_deployment(queue_file);
        task.event.set({{"deploymentId", message.payload().substr(7)}, {"strategy", "rolling"}});
        if (queued) task.event.set("queueDepth", *queued);
        simulate("k8s.apply: deployment", "apply", 3.2);
        simulate("k8s.wait: service loadbalancer", "wait", 4.8);
        task.event.set("replicas", 3);
      },
      options);
}

void report(const waybill::sqlite_message& message) {
  waybill::with_task_logging(message, {.kind = "report", .action = "monthly"}, [&](waybill::task& task) {
    log("writing the monthly report");
    const double seconds = std::atof(message.payload().c_str() + 7);
    task.event.set("rows", 31);
    spend(seconds);
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return std::fputs("usage: deploy-worker QUEUE_FILE COLLECTOR EVENTS_FILE PACE\n", stderr), 2;
  pace = std::atof(argv[4]);
  const demo::wait_for_end signals;
  end = &signals;
  auto tracing = waybill::start({.service_name = "worker",
                                 .export_to = argv[2],
                                 .json_lines = argv[3],
                                 .event_metadata = {"organizationId"}});
  if (!tracing) return std::fprintf(stderr, "deploy-worker: %s\n", tracing.error().message.c_str()), 1;
  auto queue = waybill::sqlite_queue::open(argv[1]);
  if (!queue) return std::fprintf(stderr, "deploy-worker: %s\n", queue.error().message.c_str()), 1;
  while (!ended && !signals.wait(5)) {
    auto message =
        queue->receive("deployment", {.worker = "worker-1", .visibility = std::chrono::minutes{10}});
    if (!message || !*message) continue;
    if ((*message)->payload().starts_with("report ")) report(**message);
    if ((*message)->payload().starts_with("deploy ")) deploy(**message, argv[1]);
    (void)queue->acknowledge(**message);
    log("done");
  }
}
