// The list of headers that most clients use: a vector of names and values.
#pragma once

#include <waybill/carrier/list_carrier.hpp>

#include <string>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

using header_list = std::vector<std::pair<std::string, std::string>>;
static_assert(carrier<header_list>);

}  // namespace waybill::inline v0
