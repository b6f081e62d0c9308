// Headers in lines of text: "Name: value", variables, options of curl, what kcat prints of a record, what a log says.
#pragma once

#include <waybill/decode/findings.hpp>

#include <string_view>

namespace waybill::inline v0::decode {

// Whether there were any.
bool read_header_lines(std::string_view text, findings& into);

// Headers named anywhere in the lines ("… traceparent=00-… user=7"), with a value that looks like one of that header.
bool read_mentions(std::string_view text, findings& into);

}  // namespace waybill::inline v0::decode
