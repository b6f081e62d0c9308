// What one header says, who reads it, and what is wrong with it.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/decode/message_text.hpp>

#include <string>
#include <utility>
#include <vector>

namespace waybill::inline v0::decode {

struct explained_header {
  found_header header;
  std::vector<std::pair<std::string, std::string>> fields;  // what it says, in words
  std::string readers;                                      // whose SDKs read it
  std::vector<std::string> problems;  // sentences; empty: all readers agree that it is fine
};

// Fills in all but the header itself. now: what ages are told by.
void explain_header(explained_header& header, unix_nanos now);

}  // namespace waybill::inline v0::decode
