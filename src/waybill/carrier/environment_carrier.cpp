#include <waybill/carrier/environment_carrier.hpp>

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

namespace waybill::inline v0 {
namespace {

// A name as a variable, in a fixed buffer; longer names are none of ours. Null-terminated for getenv.
class variable_name {
 public:
  explicit variable_name(std::string_view name) noexcept {
    if (name.size() + 2 > sizeof text_) return;
    if (name.empty() || (name.front() >= '0' && name.front() <= '9')) text_[size_++] = '_';
    for (const char c : name) text_[size_++] = normalised(c);
  }

  bool fits() const noexcept { return size_ != 0; }
  const char* c_str() const noexcept { return text_; }
  std::string_view text() const noexcept { return {text_, size_}; }

 private:
  static char normalised(char c) noexcept {
    if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
  }

  char text_[128] = {};
  std::size_t size_ = 0;
};

constexpr std::string_view baggage = "BAGGAGE";
constexpr std::string_view sentry_baggage = "SENTRY_BAGGAGE";

std::string_view variable_of(std::string_view entry) noexcept {
  return entry.substr(0, entry.find('='));
}

}  // namespace

std::optional<std::string_view> process_environment::get(std::string_view name) const noexcept {
  const variable_name variable{name};
  if (!variable.fits()) return std::nullopt;
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr && variable.text() == baggage) value = std::getenv(sentry_baggage.data());
  if (value == nullptr) return std::nullopt;
  return std::string_view{value};
}

environment_carrier::environment_carrier() : environment_carrier(environ) {}

environment_carrier::environment_carrier(const char* const* envp) {
  for (; envp != nullptr && *envp != nullptr; ++envp) variables_.emplace_back(*envp);
}

std::optional<std::string_view> environment_carrier::find_variable(std::string_view variable) const noexcept {
  for (const std::string_view entry : variables_) {
    if (entry.size() > variable.size() && entry[variable.size()] == '=' && entry.starts_with(variable)) {
      return entry.substr(variable.size() + 1);
    }
  }
  return std::nullopt;
}

std::optional<std::string_view> environment_carrier::get(std::string_view name) const noexcept {
  const variable_name variable{name};
  if (!variable.fits()) return std::nullopt;
  if (const auto value = find_variable(variable.text())) return value;
  return variable.text() == baggage ? find_variable(sentry_baggage) : std::nullopt;
}

void environment_carrier::set_variable(std::string_view variable, std::string_view value) {
  std::string entry;
  entry.reserve(variable.size() + 1 + value.size());
  entry.append(variable).append(1, '=').append(value.substr(0, value.find('\0')));
  remove_variable(variable);
  variables_.push_back(std::move(entry));
}

void environment_carrier::remove_variable(std::string_view variable) {
  std::erase_if(variables_, [&](const std::string& entry) { return variable_of(entry) == variable; });
}

void environment_carrier::set(std::string_view name, std::string_view value) {
  const variable_name variable{name};
  if (!variable.fits()) return;
  set_variable(variable.text(), value);
  if (variable.text() == baggage) set_variable(sentry_baggage, value);
}

header_set environment_carrier::write(const outgoing_headers& headers) noexcept {
  return write_each(
      headers, [this](std::string_view name, std::string_view value) { set(name, value); },
      [this](std::string_view name) { remove(name); });
}

void environment_carrier::remove(std::string_view name) {
  const variable_name variable{name};
  if (!variable.fits()) return;
  remove_variable(variable.text());
  if (variable.text() == baggage) remove_variable(sentry_baggage);
}

char* const* environment_carrier::envp() {
  pointers_.clear();
  for (auto& entry : variables_) pointers_.push_back(entry.data());
  pointers_.push_back(nullptr);
  return pointers_.data();
}

}  // namespace waybill::inline v0
