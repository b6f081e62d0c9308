// The web service of the demo: POST /api/deploy looks the environment up and enqueues the deploy, trace headers beside it.
//   deploy-web QUEUE_FILE DATABASE_FILE COLLECTOR
#include "wait_for_end.hpp"

#include <waybill/http/server.hpp>
#include <waybill/queues/sqlite/sqlite_queue.hpp>
#include <waybill/start.hpp>
#include <waybill/waybill.hpp>

#include <cstdio>
#include <cstdlib>

namespace {

const char* queue_file = nullptr;
const char* database_file = nullptr;

waybill::result<std::string> find_organization(std::string_view environment) {
  auto span =
      waybill::start_span("db.query: select env", {.op = "db.query", .kind = waybill::span_kind::client});
  const std::string_view sql = "SELECT organization_id FROM environments WHERE id = ?1";
  span.set({{"db.system.name", "sqlite"}, {"db.operation.name", "SELECT"}, {"db.query.text", sql}});
  auto database = waybill::sqlite_database::open(database_file, waybill::sqlite_access::read_only);
  if (!database) return database.error();
  auto query = database->prepare(sql);
  if (!query) return query.error();
  const auto row = query->bind(1, environment).step();
  if (!row) return row.error();
  if (!*row) return waybill::failure{waybill::failure_code::not_found, "no such environment"};
  return std::string{query->text(0)};
}

// One message: the payload says what to do, the metadata who asked, and waybill's headers which trace it belongs to.
waybill::result<std::int64_t> enqueue(std::string_view name, std::string_view payload,
                                      waybill::metadata metadata) {
  auto span = waybill::start_span(name, {.op = "queue.publish", .kind = waybill::span_kind::producer});
  span.set({{"messaging.system", "sqlite"},
            {"messaging.operation.name", "send"},
            {"messaging.operation.type", "send"},
            {"messaging.destination.name", "deployment"}});
  auto queue = waybill::sqlite_queue::open(queue_file);
  if (!queue) return queue.error();
  if (std::getenv("DEMO_BREAK_INJECT") == nullptr) waybill::inject_trace_context(metadata);
  auto id = queue->send("deployment", payload, std::move(metadata));
  if (id) span.set("messaging.message.id", std::to_string(*id));
  return id;
}

waybill::http_response answer(const waybill::http_request& request) {
  const std::string name = request.method + " " + request.path;
  auto span = waybill::start_span(name, {.op = "http.server", .kind = waybill::span_kind::server});
  span.set(
      {{"http.request.method", request.method}, {"url.path", request.path}, {"http.route", request.path}});
  waybill::result<std::int64_t> sent = waybill::failure{waybill::failure_code::not_found, "no such page"};
  if (name == "POST /api/deploy") {
    const auto organization = find_organization("env_production");
    sent = organization
               ? enqueue("workflow.runNoWait: deploy", "deploy dep_4711", {{"organizationId", *organization}})
               : organization.error();
  } else if (name == "POST /api/report") {
    sent =
        enqueue("workflow.runNoWait: report", "report " + request.body, {{"organizationId", "org_reports"}});
  }
  const unsigned status = sent ? 202 : sent.error().code == waybill::failure_code::not_found ? 404 : 500;
  span.set("http.response.status_code", status);
  if (!sent) return waybill::text_response(status, sent.error().message);
  return waybill::text_response(status, waybill::current_ids()->trace.to_hex());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::fputs("usage: deploy-web QUEUE_FILE DATABASE_FILE COLLECTOR\n", stderr), 2;
  queue_file = argv[1];
  database_file = argv[2];
  const demo::wait_for_end end;
  auto tracing = waybill::start({.service_name = "web", .export_to = argv[3]});
  if (!tracing) return std::fprintf(stderr, "deploy-web: %s\n", tracing.error().message.c_str()), 1;
  auto server =
      waybill::http_server::start({}, [](waybill::http_request&& request, waybill::http_responder respond) {
        waybill::extract_trace_context(request.headers, [&] { respond(answer(request)); });
      });
  if (!server) return std::fprintf(stderr, "deploy-web: %s\n", server.error().message.c_str()), 1;
  std::printf("http://127.0.0.1:%u\n", static_cast<unsigned>((*server)->port()));
  std::fflush(stdout);
  end.wait();
}
