// Writes one JSON object a line for each record: to a file, a pipe, or standard output, for log collectors and for people.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/export/batch_exporter.hpp>

#include <memory>
#include <string>

namespace waybill::inline v0 {

struct jsonl_options {
  std::string path;           // appended to; "-" is standard output
  bool include_spans = true;  // false: events only
};

// failure_code::io when the file cannot be opened for appending.
result<std::unique_ptr<batch_exporter>> make_jsonl_exporter(const jsonl_options& options);

}  // namespace waybill::inline v0
