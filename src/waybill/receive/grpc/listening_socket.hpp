// A TCP socket that listens, and the connections that come to it.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/http/address.hpp>

#include <cstdint>
#include <utility>

namespace waybill::inline v0 {

class listening_socket {
 public:
  // A failure is a sentence that names the address; failure_code::busy: another program has it.
  static result<listening_socket> open(const host_port& address);

  listening_socket(listening_socket&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), port_(other.port_) {}
  listening_socket& operator=(listening_socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(port_, other.port_);
    return *this;
  }
  ~listening_socket() { close(); }

  std::uint16_t port() const noexcept { return port_; }
  int descriptor() const noexcept { return descriptor_; }
  void close() noexcept;

  // A connection that waits, as a descriptor that does not block; the caller closes it. -1: none, and errno says why.
  int accept() const noexcept;

 private:
  listening_socket(int descriptor, std::uint16_t port) noexcept : descriptor_(descriptor), port_(port) {}

  int descriptor_;
  std::uint16_t port_;
};

}  // namespace waybill::inline v0
