// Whether the worker's spans really are in the request's trace; and if not, which part let go of it.
#pragma once

#include <waybill/http/client.hpp>

#include <string>

namespace demo {

struct broken {
  std::string sentence;
};

struct evidence {
  bool collector_has_request = false;  // the web service's spans arrived
  bool collector_has_task = false;     // a span task:deployment/deploy arrived, in whatever trace
  bool task_in_request_trace =
      false;  // … and its trace is the request's, its parent one of the request's spans
  bool headers_in_message = false;  // the worker found trace headers beside the payload
  std::string worker_trace;         // the trace id in the worker's event
};

evidence find_evidence(waybill::http_client& client, const std::string& collector,
                       const std::string& request_trace, const std::string& events_file);

// Empty when all is well, else a sentence that names the part that broke.
std::string judge(const evidence& found);

}  // namespace demo
