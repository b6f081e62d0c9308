// The plainest carrier, the one examples use: names to values.
#pragma once

#include <map>
#include <string>

namespace waybill::inline v0 {

using metadata = std::map<std::string, std::string>;

}  // namespace waybill::inline v0
