// A span of sentry-native's, which is a transaction or a span inside one: the C functions have two names for everything.
#pragma once

#include <waybill/bridges/sentry_native/sentry_values.hpp>
#include <waybill/context/trace_context.hpp>
#include <waybill/formats/sentry_trace.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace waybill::inline v0::sentry_bridge {

// Borrowed. One of the two, or none.
struct sentry_handle {
  sentry_transaction_t* transaction = nullptr;
  sentry_span_t* span = nullptr;

  explicit operator bool() const noexcept { return transaction != nullptr || span != nullptr; }

  // From its sentry-trace: there is no other way to ask. The baggage that comes with it is the process's, not this trace's.
  std::optional<span_ids> ids() const {
    std::optional<span_ids> found;
    const auto look = [](const char* key, const char* value, void* result) {
      if (std::string_view{key} != "sentry-trace") return;
      auto& ids = *static_cast<std::optional<span_ids>*>(result);
      ids = read_sentry_trace(value);
      if (ids) ids->remote = false;
    };
    if (transaction != nullptr) sentry_transaction_iter_headers(transaction, look, &found);
    if (span != nullptr) sentry_span_iter_headers(span, look, &found);
    return found;
  }

  // Owned by the caller.
  sentry_span_t* start_child(std::string_view op, std::string_view name) const {
    const std::string operation{op};
    const std::string description{name};
    if (span != nullptr) return sentry_span_start_child(span, operation.c_str(), description.c_str());
    return sentry_transaction_start_child(transaction, operation.c_str(), description.c_str());
  }

  // Takes the value over.
  void set(std::string_view key, sentry_value_t value) const {
    const std::string name{key};
    if (span != nullptr) {
      sentry_span_set_data(span, name.c_str(), value);
    } else {
      sentry_transaction_set_data(transaction, name.c_str(), value);
    }
  }
  void set_status(sentry_span_status_t status) const {
    if (span != nullptr) {
      sentry_span_set_status(span, status);
    } else {
      sentry_transaction_set_status(transaction, status);
    }
  }
  void finish() const {
    if (span != nullptr) {
      sentry_span_finish(span);
    } else {
      sentry_transaction_finish(transaction);
    }
  }
};

}  // namespace waybill::inline v0::sentry_bridge
