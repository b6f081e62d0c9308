// What a decoder makes of a stranger's bytes: the records, and what it had to leave out.
#pragma once

#include <waybill/record/span_batch.hpp>

#include <cstddef>
#include <string>

namespace waybill::inline v0 {

// Tells the sender (OTLP's partial_success) and the person who looks what is missing and why.
struct decode_report {
  std::size_t rejected_spans = 0;
  std::size_t rejected_logs = 0;
  std::string first_problem;  // one sentence; may also be set when nothing was rejected, only changed. Empty:
                              // all is well
};

struct decoded_records {
  span_batch records;  // owns the body; its records are views into it
  decode_report report;
};

// A body can claim far more than it holds: two bytes make an attribute of 32. Over a limit the whole body is
// refused.
struct decode_limits {
  std::size_t memory = std::size_t{256} << 20;  // bytes for the records, beside the body
  unsigned depth = 16;  // lists and groups inside each other; what lies deeper becomes absent
};

}  // namespace waybill::inline v0
