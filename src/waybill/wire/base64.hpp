// Base64 (RFC 4648 §4): how JSON carries bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

std::string to_base64(std::string_view bytes);

// Takes the URL-safe alphabet too, and missing padding, as proto3's JSON rules ask. Empty when it is not
// base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace waybill::inline v0
