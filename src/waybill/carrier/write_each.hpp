// Writing through set and remove alone: for carriers that know no faster way.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/carrier/outgoing_headers.hpp>

#include <string_view>

namespace waybill::inline v0 {

using header_visitor = function_ref<void(std::string_view name, std::string_view value)>;
using header_setter = function_ref<void(std::string_view name, std::string_view value)>;
using header_remover = function_ref<void(std::string_view name)>;

// The functions may throw; it is caught. Other spellings and duplicates that walk shows are removed first: beside one of
// those, a header of ours would be read as two. Returns the headers that are not there as they should be.
header_set write_each(const outgoing_headers& headers, function_ref<void(header_visitor)> walk,
                      header_setter set, header_remover remove) noexcept;

// For carriers where a name has one spelling only.
header_set write_each(const outgoing_headers& headers, header_setter set, header_remover remove) noexcept;

}  // namespace waybill::inline v0
