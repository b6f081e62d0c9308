// Asks for deployments: one message each, the headers of its trace beside the payload.
//   sqlite-producer QUEUE_FILE DEPLOYMENT...
#include <waybill/queues/sqlite/sqlite_queue.hpp>
#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <cstdio>

namespace {

waybill::result<std::int64_t> enqueue(waybill::sqlite_queue& queue, std::string_view deployment) {
  auto span = waybill::start_span("workflow.runNoWait: deploy",
                                  {.op = "queue.publish", .kind = waybill::span_kind::producer});
  span.set({{"messaging.system", "sqlite"},
            {"messaging.operation.type", "send"},
            {"messaging.destination.name", "deployment"}});
  waybill::metadata metadata{{"organizationId", "org_acme"}};
  waybill::inject_trace_context(metadata);
  auto id = queue.send("deployment", deployment, std::move(metadata));
  if (!id) span.fail("queue", id.error().message);
  return id;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("usage: sqlite-producer QUEUE_FILE DEPLOYMENT...\n", stderr), 2;
  auto tracing = waybill::start({.service_name = "web"});
  if (!tracing) return std::fprintf(stderr, "%s\n", tracing.error().message.c_str()), 2;
  auto queue = waybill::sqlite_queue::open(argv[1]);
  if (!queue) return std::fprintf(stderr, "%s\n", queue.error().message.c_str()), 1;

  for (int i = 2; i < argc; ++i) {
    auto request = waybill::start_span("POST /api/deploy", {.kind = waybill::span_kind::server});
    const auto id = enqueue(*queue, argv[i]);
    if (!id) return std::fprintf(stderr, "%s\n", id.error().message.c_str()), 1;
    std::printf("message %lld, trace %s\n", static_cast<long long>(*id),
                waybill::current_ids()->trace.to_hex().c_str());
  }
  if (!tracing->flush(std::chrono::seconds{2})) std::fprintf(stderr, "%s\n", tracing->last_problem().c_str());
}
