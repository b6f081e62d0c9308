// Sentry's envelope endpoint: what SDKs of Sentry send, into a store. No sockets: whoever serves hands requests over.
#pragma once

#include <waybill/http/message.hpp>
#include <waybill/http/responder.hpp>
#include <waybill/receive/intake.hpp>
#include <waybill/record/span_store.hpp>

#include <string_view>

namespace waybill::inline v0 {

// Whether a path is one of Sentry's: `[/prefix]/api/<project>/envelope[/]`, or the older `…/store[/]`.
bool is_sentry_path(std::string_view path) noexcept;

// Answers a request to one of these paths, whatever it holds, exactly once: at once when there is nothing to store, else
// from the store's thread after the commit. No Content-Type is needed. Otherwise as receive_otlp.
//   200                 committed, or nothing in it that is kept, as always at /store/: {"id":"<event id>"}, and beside
//                       it what was left out
//   204                 to OPTIONS of a page of this machine (see is_local_origin): it may send
//   400, 405, 413, 415  the request is wrong and stays wrong; all but these two are {"detail":"…"}
//   401, 403            no key (see sentry_auth.hpp), or two that contradict each other
//   429, 503            the store is busy or fails; Retry-After and X-Sentry-Rate-Limits say for how long. SDKs drop
//                       what they would have sent until then
void receive_sentry(http_request&& request, const http_responder& respond, span_store& store,
                    const intake_limits& limits = {});

}  // namespace waybill::inline v0
