#include <waybill/receive/router.hpp>

#include <waybill/receive/otlp_http.hpp>
#include <waybill/receive/read_api.hpp>
#include <waybill/receive/sentry_auth.hpp>
#include <waybill/receive/sentry_http.hpp>

namespace waybill::inline v0 {

http_handler route_requests(span_store& store, const trace_reader& reader) {
  return [&store, &reader](http_request&& request, const http_responder& respond) {
    if (const auto to = read_sentry_address(request.path); to && to->endpoint == sentry_endpoint::otlp) {
      request.path =
          std::string{to->rest};  // Sentry's SDKs can have OpenTelemetry's exporters send to the DSN
    }
    if (is_otlp_path(request.path)) {
      receive_otlp(std::move(request), respond, store);
    } else if (is_sentry_path(request.path)) {
      receive_sentry(std::move(request), respond, store);
    } else if (is_read_path(request.path)) {
      respond(answer_read(request, reader));
    } else if (request.path == "/health") {
      respond(text_response(200, "ok"));
    } else {
      respond(text_response(
          404,
          "There is nothing here. Spans go to /v1/traces, events to /v1/logs, Sentry's envelopes to "
          "/api/<project>/envelope/; traces are read at /api/traces."));
    }
  };
}

}  // namespace waybill::inline v0
