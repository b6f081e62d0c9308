#include <waybill/wire/sentry_words.hpp>

#include <algorithm>
#include <array>

namespace waybill::inline v0::sentry_words {
namespace {

struct op_word {
  std::string_view op;  // the whole op, or what stands before a '.' in it
  span_kind kind;
};

// The first that fits counts.
constexpr auto ops = std::to_array<op_word>({
    {"queue.publish", span_kind::producer},
    {"queue.create", span_kind::producer},
    {"queue.submit", span_kind::producer},
    {"queue.process", span_kind::consumer},
    {"queue.task", span_kind::consumer},
    {"queue.sidekiq", span_kind::consumer},  // these are what Ruby's integrations call a job that runs
    {"queue.active_job", span_kind::consumer},
    {"queue.delayed_job", span_kind::consumer},
    {"queue.resque", span_kind::consumer},
    {"celery.task", span_kind::consumer},
    {"hatchet.task", span_kind::consumer},
    {"queue.receive", span_kind::client},
    {"queue.settle", span_kind::client},
    {"http.server", span_kind::server},
    {"http.client", span_kind::client},
    {"grpc.server", span_kind::server},
    {"grpc.client", span_kind::client},
    {"rpc.server", span_kind::server},
    {"rpc.client", span_kind::client},
    {"websocket.server", span_kind::server},
    {"websocket.client", span_kind::client},
    {"function.aws", span_kind::server},
    {"function.gcp", span_kind::server},
    {"db", span_kind::client},
});

// gRPC's codes in Sentry's spelling, but for the first.
constexpr auto error_words = std::to_array<std::string_view>({
    "cancelled",
    "unknown_error",
    "invalid_argument",
    "deadline_exceeded",
    "not_found",
    "already_exists",
    "permission_denied",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal_error",
    "unavailable",
    "data_loss",
    "unauthenticated",
});

bool is_error_word(std::string_view word) noexcept {
  return std::ranges::find(error_words, word) != error_words.end();
}

}  // namespace

span_kind kind_of_op(std::string_view op) noexcept {
  for (const auto& [word, kind] : ops) {
    if (op.starts_with(word) && (op.size() == word.size() || op[word.size()] == '.')) return kind;
  }
  return span_kind::unspecified;
}

std::string_view op_of_kind(span_kind kind) noexcept {
  switch (kind) {
    case span_kind::producer:
      return "queue.publish";
    case span_kind::consumer:
      return "queue.process";
    case span_kind::server:
      return "http.server";
    case span_kind::client:
      return "http.client";
    case span_kind::unspecified:
    case span_kind::internal:
      break;
  }
  return {};
}

status read_status(std::string_view word) noexcept {
  if (word.empty() || word == "unknown") return {};
  if (word == "ok") return {status_code::ok};
  if (word == "error") return {status_code::error};  // span v2 knows no more
  if (is_error_word(word)) return {status_code::error, word};
  return {status_code::unset, word};
}

std::string_view status_word(status_code code, std::string_view message) noexcept {
  switch (code) {
    case status_code::unset:
      break;
    case status_code::ok:
      return "ok";
    case status_code::error:
      return is_error_word(message) ? message : "internal_error";
  }
  return {};
}

}  // namespace waybill::inline v0::sentry_words
