#include "evidence.hpp"

#include <waybill/wire/otlp_json.hpp>

#include <fstream>

namespace demo {
namespace {

using waybill::span_batch;

// The records of a trace as the collector gives them; empty when it has none.
span_batch fetch(waybill::http_client& client, const std::string& collector, const std::string& trace) {
  const auto answer =
      client.send({.method = "GET", .url = collector + "/api/traces/" + trace, .headers = {}, .body = {}});
  if (!answer || answer->status != 200) return {};
  auto decoded = waybill::otlp_json::decode(answer->body);
  return decoded ? std::move(decoded->records) : span_batch{};
}

std::string field(const std::string& line, const std::string& key) {
  const auto at = line.find("\"" + key + "\":\"");
  if (at == std::string::npos) return {};
  const auto begin = at + key.size() + 4;
  return line.substr(begin, line.find('"', begin) - begin);
}

// The deploy's event, as the worker wrote it to its own file.
std::string deploy_event(const std::string& events_file) {
  std::ifstream lines{events_file};
  for (std::string line; std::getline(lines, line);) {
    if (field(line, "event") == "waybill.task" && field(line, "task.name") == "deployment/deploy")
      return line;
  }
  return {};
}

}  // namespace

evidence find_evidence(waybill::http_client& client, const std::string& collector,
                       const std::string& request_trace, const std::string& events_file) {
  evidence found;
  const std::string event = deploy_event(events_file);
  found.worker_trace = field(event, "trace_id");
  found.headers_in_message = field(event, "waybill.extraction") != "none";

  const span_batch request = fetch(client, collector, request_trace);
  const span_batch task = fetch(client, collector, found.worker_trace);
  std::optional<waybill::span_id> parent;
  task.for_each_span([&](const waybill::span_record& span) {
    if (span.name != "task:deployment/deploy") return;
    found.collector_has_task = true;
    parent = span.parent;
  });
  request.for_each_span([&](const waybill::span_record& span) {
    if (span.name == "POST /api/deploy") found.collector_has_request = true;
    if (found.worker_trace == request_trace && parent && span.span == *parent)
      found.task_in_request_trace = true;
  });
  return found;
}

std::string judge(const evidence& found) {
  if (!found.collector_has_request) return "broken: collector. It has no trace of POST /api/deploy";
  if (!found.collector_has_task)
    return "broken: collector. The worker ran the task, but its spans never arrived";
  if (found.task_in_request_trace) return {};
  if (!found.headers_in_message) {
    return "broken: inject. The message carried no trace headers, so the worker's spans are in a trace of "
           "their own";
  }
  return "broken: extract. The message carried trace headers, but the worker did not continue their trace";
}

}  // namespace demo
