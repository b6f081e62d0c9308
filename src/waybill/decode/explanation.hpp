// What the headers of a message say, who reads them, what is wrong with them, and what a worker would continue.
#pragma once

#include <waybill/base/clock.hpp>
#include <waybill/context/span_ids.hpp>
#include <waybill/decode/header_explanation.hpp>
#include <waybill/decode/message_text.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waybill::inline v0::decode {

struct explanation {
  message_text message;
  std::vector<explained_header> headers;
  std::vector<std::pair<std::string, std::string>> facts;
  std::optional<span_ids> continued;  // what would be continued; from the format of this name
  std::string source;
  std::vector<std::string> notes;  // what disagrees, what is left out
};

// now: what ages are told by.
explanation explain(message_text message, unix_nanos now);

}  // namespace waybill::inline v0::decode
