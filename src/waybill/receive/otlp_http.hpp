// OTLP over HTTP (opentelemetry-proto, "OTLP/HTTP"): an export request in, records into a store, the answer
// when they are durable. No sockets: whoever serves hands requests over.
#pragma once

#include <waybill/http/message.hpp>
#include <waybill/http/responder.hpp>
#include <waybill/receive/intake.hpp>
#include <waybill/record/span_store.hpp>

#include <string_view>

namespace waybill::inline v0 {

// Whether a path is one of ours: /v1/traces, /v1/logs, /v1/metrics.
bool is_otlp_path(std::string_view path) noexcept;

// Answers a request to one of these paths, whatever it holds, exactly once: at once when there is nothing to
// store, else from the store's thread after the commit. Decodes on the calling thread. The store outlives the
// answer. What is unpacked and decoded is charged to the request's memory until it is committed. Thread-safe.
//   200                 committed, or nothing to commit; partial_success tells what was left out, and that
//                       metrics are not kept
//   400, 405, 413, 415  the request is wrong and stays wrong
//   429, 503            the store is busy or fails; Retry-After says when to come back
void receive_otlp(http_request&& request, const http_responder& respond, span_store& store,
                  const intake_limits& limits = {});

}  // namespace waybill::inline v0
