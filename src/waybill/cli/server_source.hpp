// Traces from a running server: waybill serve over its read API, or another one over its own.
#pragma once

#include <waybill/cli/trace_source.hpp>

namespace waybill::inline v0::cli {

// url: the server's base address; what answers there, a waybill serve, Jaeger or Tempo, is found out, unless it is said
// in front of the address: jaeger+http://…, tempo+http://…. Fails at once, with a sentence, when nobody answers there.
result<std::unique_ptr<trace_source>> open_server_source(const std::string& url, const std::string& token);

}  // namespace waybill::inline v0::cli
