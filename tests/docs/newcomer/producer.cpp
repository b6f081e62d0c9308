#include <waybill/queues/sqlite/sqlite_queue.hpp>
#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <iostream>

int main() {
  auto tracing = waybill::start({.service_name = "web"});  // keep it in main: its end sends what is left
  auto queue = waybill::sqlite_queue::open("queue.db");
  if (!tracing || !queue) return std::cerr << (tracing ? queue.error() : tracing.error()).message << '\n', 1;

  auto request = waybill::start_span("POST /api/deploy", {.kind = waybill::span_kind::server});
  auto sending = waybill::start_span("send deployment", {.kind = waybill::span_kind::producer});
  waybill::metadata metadata{{"organizationId", "org_acme"}};  // what you send anyway
  waybill::inject_trace_context(metadata);                     // the trace's headers, beside it
  if (auto id = queue->send("deployment", "dep_4711", metadata); !id)
    return std::cerr << id.error().message << '\n', 1;
  std::cout << waybill::current_ids()->trace.to_hex() << '\n';
}
