// Baggage into a carrier whose baggage somebody has filled before us.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

// Writes theirs, then what is ours and not in it, then our Sentry members. A key that is in both keeps their value, but for
// Sentry's: where we have any, all of theirs go, for they describe one trace together.
// Members that break the grammar are left out. Within 64 members and 8,192 bytes theirs come first, then Sentry's, and a
// member that does not fit does not keep out a shorter one behind it. out has room for all of it and a comma a header.
std::string_view merge_baggage(std::span<const std::string_view> theirs, std::string_view ours,
                               char* out) noexcept;

}  // namespace waybill::inline v0
