// A web service as a user would write it: POST /api/deploy and POST /api/report enqueue, inside spans, and answer with the
// ids of those spans and when the message really was sent.
//   peer-web QUEUE_FILE COLLECTOR
// The body of /api/report says for how many seconds, that of /api/deploy by how many milliseconds the message is held back.
#include "driver_line.hpp"

#include <waybill/http/server.hpp>
#include <waybill/queues/sqlite/sqlite_queue.hpp>
#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <cstdlib>

namespace {

const char* queue_file = nullptr;

waybill::result<std::int64_t> enqueue(std::string_view payload, std::chrono::milliseconds delay,
                                      waybill::json_writer& told) {
  auto queue = waybill::sqlite_queue::open(queue_file);
  if (!queue) return queue.error();
  const std::int64_t before = peers::true_now();
  auto id = [&] {
    auto span =
        waybill::start_span("send deployment", {.op = "queue.publish", .kind = waybill::span_kind::producer});
    span.set({{"messaging.system", "sqlite"},
              {"messaging.operation.name", "send"},
              {"messaging.operation.type", "send"},
              {"messaging.destination.name", "deployment"}});
    waybill::metadata metadata{{"organizationId", "org_acme"}};
    waybill::inject_trace_context(metadata);
    auto sent = queue->send("deployment", payload, std::move(metadata), {.delay = delay});
    if (sent) span.set("messaging.message.id", std::to_string(*sent));
    told.key("producer_span_id").text(waybill::current_ids()->span->to_hex());
    return sent;
  }();
  told.key("before").integer(before).key("after").integer(peers::true_now());
  return id;
}

waybill::http_response answer(const waybill::http_request& request) {
  auto span = waybill::start_span(request.method + " " + request.path, {.kind = waybill::span_kind::server});
  span.set({{"http.request.method", request.method}, {"http.route", request.path}});
  const bool is_report = request.path == "/api/report";
  const std::chrono::milliseconds delay{is_report ? 0 : std::atoi(request.body.c_str())};
  std::string body;
  waybill::json_writer told{body};
  told.begin_object().key("trace_id").text(span.context()->ids().trace.to_hex());
  told.key("server_span_id").text(span.context()->ids().span->to_hex());
  const auto sent = enqueue(is_report ? "busy " + request.body : "deploy", delay, told);
  told.end_object();
  return sent ? waybill::text_response(202, body) : waybill::text_response(500, sent.error().message);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("usage: peer-web QUEUE_FILE COLLECTOR\n", stderr), 2;
  queue_file = argv[1];
  auto tracing = waybill::start({.service_name = "peer-web", .export_to = argv[2]});
  if (!tracing) return std::fprintf(stderr, "peer-web: %s\n", tracing.error().message.c_str()), 1;
  if (auto made = waybill::sqlite_queue::open(queue_file); !made) {
    return std::fprintf(stderr, "peer-web: %s\n", made.error().message.c_str()), 1;
  }
  auto server =
      waybill::http_server::start({}, [](waybill::http_request&& request, waybill::http_responder respond) {
        waybill::extract_trace_context(request.headers, [&] { respond(answer(request)); });
      });
  if (!server) return std::fprintf(stderr, "peer-web: %s\n", server.error().message.c_str()), 1;
  peers::tell("ready",
              [&](waybill::json_writer& json) { json.key("port").unsigned_integer((*server)->port()); });
  while (!peers::driver_is_done(60'000)) {
  }
}
