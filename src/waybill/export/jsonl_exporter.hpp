// Writes one JSON object a line for each record: to a file, a pipe, or standard output, for log collectors and for people.
#pragma once

#include <waybill/export/batch_exporter.hpp>
#include <waybill/export/line_file.hpp>

#include <chrono>
#include <memory>

namespace waybill::inline v0 {

struct jsonl_options {
  bool include_spans = true;                       // false: events only
  std::chrono::milliseconds longest_wait{10'000};  // for a reader; then the batch is given up
};

std::unique_ptr<batch_exporter> make_jsonl_exporter(std::shared_ptr<const line_file> file,
                                                    const jsonl_options& options);

}  // namespace waybill::inline v0
