// Reading a store over HTTP: what `waybill list` and `waybill show` ask a running server.
//
//   GET /api/traces?limit=20&since=1764000000000000000
//                                        {"traces":["<32 hex digits>",…]}, the newest first; since: of which
//                                        something was stored since then, unix ns
//   GET /api/traces?prefix=4bf9&limit=4  the same, of traces whose id begins so
//   GET /api/traces/<id or its beginning>?related=1
//                                        OTLP as JSON: the trace's records and, if asked for, all that
//                                        its story needs: related traces, and what was worked on meanwhile
//   GET /api/waits?since=…&until=…       how long the tasks waited that started then, a row a queue
//   GET /api/store                       what the store says of itself, and what of it can't be read
//   anything wrong                       {"error":"<sentence>"}; 409 when a beginning fits several, with
//   "candidates"
#pragma once

#include <waybill/http/message.hpp>
#include <waybill/record/span_store.hpp>

#include <string_view>

namespace waybill::inline v0 {

// Whether a path is one of these.
bool is_read_path(std::string_view path) noexcept;

// Reads on the calling thread, for as long as the disk takes. Thread-safe.
http_response answer_read(const http_request& request, const trace_reader& reader);

}  // namespace waybill::inline v0
