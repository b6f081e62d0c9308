// The class name of an exception, as a person writes it, for error.type.
#pragma once

#include <exception>
#include <span>
#include <string_view>
#include <typeinfo>

namespace waybill::inline v0 {

// A view into room, or into static storage; cut to what room holds. Needs no RTTI of the caller's.
std::string_view type_name(const std::exception& error, std::span<char> room) noexcept;
std::string_view type_name(const std::type_info& type, std::span<char> room) noexcept;

}  // namespace waybill::inline v0
