// Traces from a running waybill serve, over its read API.
#pragma once

#include <waybill/cli/trace_source.hpp>

namespace waybill::inline v0::cli {

// url: the server's base address. Fails at once, with a sentence, when nobody answers there.
result<std::unique_ptr<trace_source>> open_server_source(const std::string& url, const std::string& token);

}  // namespace waybill::inline v0::cli
