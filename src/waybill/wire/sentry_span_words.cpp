#include <waybill/wire/sentry_span_words.hpp>

#include <waybill/record/wait_names.hpp>
#include <waybill/wire/sentry_words.hpp>

#include <algorithm>

namespace waybill::inline v0::sentry_words {
namespace {

std::string_view text_of(const span_record& span, std::string_view key) noexcept {
  return find_attribute(span.attributes, key).as_text();
}

bool has(const span_record& span, std::string_view key) noexcept {
  return !find_attribute(span.attributes, key).is_absent();
}

bool is_wait(const span_record& span) noexcept {
  return text_of(span, wait_names::span_role) == wait_names::role_queue_wait;
}

bool is_task(const span_record& span) noexcept {
  return span.kind == span_kind::consumer && span.name.starts_with("task:") &&
         has(span, wait_names::wait_basis);
}

// OpenTelemetry's messaging.operation.type, and what older conventions say in its place.
std::string_view op_of_operation(std::string_view operation) noexcept {
  if (operation == "send" || operation == "publish") return "queue.publish";
  if (operation == "create") return "queue.create";
  if (operation == "receive") return "queue.receive";
  if (operation == "process" || operation == "deliver") return "queue.process";
  if (operation == "settle") return "queue.settle";
  return {};
}

std::string_view op_of_call(span_kind kind, std::string_view client, std::string_view server) noexcept {
  return kind == span_kind::client ? client : kind == span_kind::server ? server : std::string_view{};
}

bool is_word(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

constexpr std::string_view kind_words[] = {"unspecified", "internal", "server",
                                           "client",      "producer", "consumer"};

// An internal span is what Sentry takes everything for that has no op.
span_kind told_kind(span_kind kind) noexcept {
  return kind == span_kind::unspecified ? span_kind::internal : kind;
}

}  // namespace

std::string_view op_of(const span_record& span) noexcept {
  if (const auto op = text_of(span, "sentry.op"); !op.empty()) return op;
  if (is_wait(span)) return "queue.wait";
  if (has(span, wait_names::system) || has(span, "messaging.operation.type")) {
    for (const auto key : {"messaging.operation.type", "messaging.operation.name", "messaging.operation"}) {
      if (const auto op = op_of_operation(text_of(span, key)); !op.empty()) return op;
    }
  }
  if (has(span, "db.system.name") || has(span, "db.system")) return "db";
  if (has(span, "http.request.method") || has(span, "http.method")) {
    if (const auto op = op_of_call(span.kind, "http.client", "http.server"); !op.empty()) return op;
  }
  if (const auto system = text_of(span, "rpc.system"); !system.empty()) {
    const bool is_grpc = system == "grpc";
    if (const auto op = op_of_call(span.kind, is_grpc ? "grpc.client" : "rpc.client",
                                   is_grpc ? "grpc.server" : "rpc.server");
        !op.empty())
      return op;
  }
  // Of a client or a server that says no more it is not known that it speaks HTTP.
  if (span.kind == span_kind::producer || span.kind == span_kind::consumer) return op_of_kind(span.kind);
  return {};
}

std::string_view status_of(const span_record& span) noexcept {
  if (span.status != status_code::error) return "ok";
  const auto by_type = status_word(span.status, text_of(span, "error.type"));
  return by_type != "internal_error" ? by_type : status_word(span.status, span.status_message);
}

std::string origin_of(const span_record& span) {
  if (const auto origin = text_of(span, "sentry.origin"); !origin.empty()) return std::string{origin};
  if (!is_task(span)) return "manual";
  const auto system = text_of(span, wait_names::system);
  return std::string{"auto.queue."}.append(is_word(system) ? system : "waybill");
}

bool begins_segment(const span_record& span) noexcept {
  return !span.parent || has_remote_parent(span);
}

std::string_view name_source_of(const span_record& span) noexcept {
  if (is_task(span)) return "task";
  if (has(span, "http.route")) return "route";
  if (span.kind == span_kind::server && (has(span, "url.path") || has(span, "http.target"))) return "url";
  return "custom";
}

std::optional<span_id> queue_process_twin(const span_record& span) noexcept {
  if (span.kind != span_kind::consumer || !has(span, wait_names::destination)) return std::nullopt;
  const auto op = op_of(span);
  if (op == "queue.process" || op == "queue.receive" || op == "queue.settle") return std::nullopt;
  auto bytes = span.span.bytes();
  for (auto& one : bytes) one = static_cast<std::uint8_t>(~one);
  return span_id::from_bytes(bytes);
}

bool twin_has(std::string_view attribute_key) noexcept {
  return attribute_key.starts_with("messaging.");
}

extra_attributes::extra_attributes(const span_record& span) noexcept {
  const auto add = [&](std::string_view key, const attribute_value& value) {
    if (!value.is_absent() && !has(span, key)) all_[count_++] = {key, value};
  };
  if (kind_of_op(op_of(span)) != span.kind && told_kind(kind_of_op(op_of(span))) != told_kind(span.kind))
    add("sentry.kind", kind_words[static_cast<std::size_t>(span.kind)]);
  if (const auto attempt = find_attribute(span.attributes, wait_names::attempt); attempt.as_integer() >= 1)
    add("messaging.message.retry.count", attempt.as_integer() - 1);
  if (span.status_message != status_of(span) && !span.status_message.empty())
    add("sentry.status.message", span.status_message);
  for (const auto& event : span.events) {
    if (event.name != "exception" || span.status != status_code::error) continue;
    add("exception.type", find_attribute(event.attributes, "exception.type"));
    add("exception.message", find_attribute(event.attributes, "exception.message"));
    break;
  }
}

}  // namespace waybill::inline v0::sentry_words
