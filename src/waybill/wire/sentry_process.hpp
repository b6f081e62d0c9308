// What Sentry's SDKs say about the process that sent spans and logs, as a resource with OpenTelemetry's names.
#pragma once

#include <waybill/wire/record_builder.hpp>

#include <span>
#include <string_view>

namespace waybill::inline v0::sentry_envelope {

// What the envelope's header says, and its address: about the SDK, and about the head of the trace. Views that last as
// long as the records; empty where nothing was said.
struct surroundings {
  std::string_view project{};  // of the DSN
  std::string_view sdk_name{};
  std::string_view sdk_version{};
  std::string_view trace{};  // of the head; empty: there is none
  std::string_view head_transaction{};
  std::string_view head_release{};
  std::string_view head_environment{};
  std::string_view sample_rate{};
  std::string_view sample_rand{};
};

struct sender {
  std::string_view project{};  // of the DSN
  std::string_view service{};  // service.name, where somebody set it
  std::string_view server_name{};
  std::string_view release{};
  std::string_view environment{};
  std::string_view dist{};
  std::string_view platform{};
  std::string_view sdk_name{};
  std::string_view sdk_version{};
  std::string_view runtime_name{};
  std::string_view runtime_version{};
  attribute_value arguments{};        // of the process
  std::span<const attribute> otel{};  // of OpenTelemetry's own resource, where Sentry's SDK sits on top of it

  // True when the attribute of a span tells of its sender, and is kept there. Each span repeats it: one that says
  // something else than the first keeps its own.
  bool take(std::string_view key, const attribute_value& value) noexcept;
};

// The process that an item is from. Its records are given the resource at once, which is filled in at the end.
class sending_process {
 public:
  sending_process(record_builder& to, const surroundings& in);

  sender by;
  const resource* record() const noexcept { return record_; }

  // Sentry has no service.name. What stands for one is, by its worth: one that was set, the name of the server (which
  // tells web from worker in most deployments), the name in the release (shop@1.4.2) with the project, the project.
  void describe();

 private:
  record_builder& to_;
  resource* record_;
};

}  // namespace waybill::inline v0::sentry_envelope
