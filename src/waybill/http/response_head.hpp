// The status line and headers of an answer, as they go out (RFC 9112 §4).
#pragma once

#include <waybill/http/message.hpp>

#include <string>

namespace waybill::inline v0 {

bool may_have_body(unsigned status) noexcept;

// With the empty line behind it. Content-Length, Connection and Date are written here, whatever the answer's
// own headers say. A header that would break out of its line is left out: it may echo what a stranger sent.
std::string response_head(const http_response& response, bool keep_alive);

}  // namespace waybill::inline v0
