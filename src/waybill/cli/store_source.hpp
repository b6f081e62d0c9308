// Traces from a store on disk, and from a file.
#pragma once

#include <waybill/cli/trace_source.hpp>

namespace waybill::inline v0::cli {

result<std::unique_ptr<trace_source>> open_store_source(const std::string& path);

// What waybill export has written; one object of OTLP JSON, or one a line; or Jaeger's JSON. The latter two also as gzip.
result<std::unique_ptr<trace_source>> open_file_source(const std::string& path);

}  // namespace waybill::inline v0::cli
