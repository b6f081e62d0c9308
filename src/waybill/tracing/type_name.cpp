#include <waybill/tracing/type_name.hpp>

#include <cxxabi.h>

#include <cstdlib>
#include <cstring>

namespace waybill::inline v0 {

std::string_view type_name(const std::exception& error, std::span<char> room) noexcept {
  return type_name(typeid(error), room);
}

std::string_view type_name(const std::type_info& type, std::span<char> room) noexcept {
  int status = 0;
  char* const readable = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  const char* const name = readable != nullptr ? readable : type.name();
  std::size_t size = std::strlen(name);
  if (size > room.size()) size = room.size();
  std::memcpy(room.data(), name, size);
  std::free(readable);
  return {room.data(), size};
}

}  // namespace waybill::inline v0
