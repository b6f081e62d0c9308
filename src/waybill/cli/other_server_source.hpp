// Traces from the query APIs of other servers: Jaeger's and Tempo's.
#pragma once

#include <waybill/cli/api_client.hpp>
#include <waybill/cli/trace_source.hpp>

namespace waybill::inline v0::cli {

// These APIs do not say which traces link to one, nor what workers did meanwhile: a story is the trace and the traces
// that it links to itself.
std::unique_ptr<trace_source> jaeger_source(api_client&& api);
std::unique_ptr<trace_source> tempo_source(api_client&& api);

// Whether the server answers as the one or the other does.
bool is_jaeger(api_client& api);
bool is_tempo(api_client& api);

}  // namespace waybill::inline v0::cli
