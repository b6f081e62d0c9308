// The environment as a carrier: what a process was started in, and a copy to start a child in.
//
// Names are normalised as OpenTelemetry's environment variable carriers do: upper case, and _ for what is no letter or
// digit (TRACEPARENT, SENTRY_TRACE). Sentry calls baggage SENTRY_BAGGAGE there: it is read when BAGGAGE is absent, and
// written and removed along with it. An environment is visible to other processes of the user: no secrets in baggage.
#pragma once

#include <waybill/carrier/carrier.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

// This process's own environment, to read once at start. Views are getenv's: valid until something calls setenv.
class process_environment {
 public:
  std::optional<std::string_view> get(std::string_view name) const noexcept;
};

// An environment of its own: fill it, then hand envp() to execve or posix_spawn.
class environment_carrier {
 public:
  environment_carrier();  // a copy of this process's
  explicit environment_carrier(
      const char* const* envp);  // a copy of "NAME=value" strings up to a null; null: empty

  std::optional<std::string_view> get(std::string_view name) const noexcept;
  // A value with a NUL in it ends there; the exec call could not pass more on.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  // What stands there is what this process was started with, and nobody's for the child.
  header_set write(const outgoing_headers& headers) noexcept;

  // Null-terminated; valid until the next set or remove and as long as this lives.
  char* const* envp();

 private:
  void set_variable(std::string_view variable, std::string_view value);
  void remove_variable(std::string_view variable);
  std::optional<std::string_view> find_variable(std::string_view variable) const noexcept;

  std::vector<std::string> variables_;  // NAME=value
  std::vector<char*> pointers_;
};

static_assert(carrier_reader<process_environment>);
static_assert(carrier<environment_carrier>);

}  // namespace waybill::inline v0
