#include <waybill/wire/sentry_process.hpp>

#include <waybill/wire/sentry_values.hpp>

#include <utility>

namespace waybill::inline v0::sentry_envelope {
namespace {

using field = std::string_view sender::*;

constexpr std::pair<std::string_view, field> repeated[] = {
    {"sentry.release", &sender::release},
    {"sentry.environment", &sender::environment},
    {"sentry.dist", &sender::dist},
    {"sentry.platform", &sender::platform},
    {"sentry.sdk.name", &sender::sdk_name},
    {"sentry.sdk.version", &sender::sdk_version},
    {"process.runtime.name", &sender::runtime_name},
    {"process.runtime.version", &sender::runtime_version},
    {"service.name", &sender::service},
};

// The words of telemetry.sdk.language.
std::string_view language(std::string_view platform) noexcept {
  if (platform == "node") return "nodejs";
  if (platform == "javascript") return "webjs";
  if (platform == "csharp") return "dotnet";
  if (platform == "native") return "cpp";
  return platform;
}

std::string_view keep(record_builder& to, const std::string& text) {
  to.spend(text.size());
  return to.arena.copy(std::string_view{text});
}

std::string_view name_of_service(const sender& who, record_builder& to) {
  if (!who.service.empty()) return who.service;
  if (!who.server_name.empty()) return who.server_name;
  const std::size_t at = who.release.find('@');
  const std::string_view package =
      at == std::string_view::npos ? std::string_view{} : who.release.substr(0, at);
  if (who.project.empty()) return package;
  if (package.empty()) return keep(to, "project " + std::string{who.project});
  return keep(to, std::string{package} + "/" + std::string{who.project});
}

std::string_view version(std::string_view release) noexcept {
  const std::size_t at = release.find('@');
  return at == std::string_view::npos ? release : release.substr(at + 1);
}

}  // namespace

bool sender::take(std::string_view key, const attribute_value& value) noexcept {
  for (const auto& [name, into] : repeated) {
    if (key != name) continue;
    if (value.kind() != value_kind::text) return false;
    if ((this->*into).empty()) this->*into = value.as_text();
    return this->*into == value.as_text();
  }
  if (key != "process.command_args" || !arguments.is_absent()) return false;
  arguments = value;
  return true;
}

sending_process::sending_process(record_builder& to, const surroundings& in)
    : by{.project = in.project, .sdk_name = in.sdk_name, .sdk_version = in.sdk_version}, to_(to) {
  to.spend(sizeof(resource));
  record_ = new (to.arena.allocate<resource>(1)) resource{};
}

void sending_process::describe() {
  record_builder& to = to_;
  const std::size_t bottom = to.attributes.size();
  for (const auto& one : by.otel) {
    if (!one.key.starts_with("telemetry.sdk."))
      to.push(to.attributes, one);  // Sentry's SDK is what sent this
  }
  const std::pair<std::string_view, std::string_view> told[] = {
      {"service.name", name_of_service(by, to)},
      {"service.version", version(by.release)},
      {"deployment.environment.name", by.environment},
      {"host.name", by.server_name},
      {"telemetry.sdk.name", by.sdk_name},
      {"telemetry.sdk.version", by.sdk_version},
      {"telemetry.sdk.language", language(by.platform)},
      {"process.runtime.name", by.runtime_name},
      {"process.runtime.version", by.runtime_version},
      {"sentry.release", by.release},
      {"sentry.dist", by.dist},
      {"sentry.project_id", by.project},
  };
  for (const auto& [key, text] : told) add_missing(to, bottom, key, text);
  add_missing(to, bottom, "process.command_args", by.arguments);
  record_->attributes = to.take(to.attributes, bottom);
}

}  // namespace waybill::inline v0::sentry_envelope
