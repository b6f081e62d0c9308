// Which address answers with what: the one handler of waybill serve.
#pragma once

#include <waybill/http/server.hpp>
#include <waybill/record/span_store.hpp>

namespace waybill::inline v0 {

// /v1/* receives OTLP, /api/<project>/envelope/ what Sentry's SDKs send, /api/* reads, /health says that the server lives. Store and reader must outlive the server.
http_handler route_requests(span_store& store, const trace_reader& reader);

}  // namespace waybill::inline v0
