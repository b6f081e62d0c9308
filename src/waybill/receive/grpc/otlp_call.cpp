#include <waybill/receive/grpc/otlp_call.hpp>

#include <waybill/http/access.hpp>
#include <waybill/http/message.hpp>
#include <waybill/wire/otlp_protobuf.hpp>

#include <optional>
#include <vector>

namespace waybill::inline v0 {
namespace {

std::optional<otlp_signal> signal_of(std::string_view method) noexcept {
  if (method == "/opentelemetry.proto.collector.trace.v1.TraceService/Export") return otlp_signal::traces;
  if (method == "/opentelemetry.proto.collector.logs.v1.LogsService/Export") return otlp_signal::logs;
  if (method == "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")
    return otlp_signal::metrics;
  return std::nullopt;
}

std::string_view view_of(const grpc::string_ref& text) noexcept {
  return {text.data(), text.size()};
}

// The only value under a name, as sent.
std::optional<std::string_view> metadatum(const grpc::GenericCallbackServerContext& context,
                                          const char* name) {
  const auto& all = context.client_metadata();
  const auto [first, last] = all.equal_range(name);
  if (first == last || std::next(first) != last) return std::nullopt;
  return view_of(first->second);
}

result<std::string> joined(const grpc::ByteBuffer& message) {
  std::vector<grpc::Slice> slices;
  if (!message.Dump(&slices).ok()) {
    return failure{failure_code::malformed, "The message could not be read."};
  }
  std::string bytes;
  bytes.reserve(message.Length() + http_request::body_slack);
  for (const auto& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

// The library is told to leave gzip to us, since it unpacks without a limit. No export request begins like a gzip
// member: 0x1f would be field 3 of a wire type that does not exist.
bool is_gzip(std::string_view bytes) noexcept {
  return bytes.starts_with("\x1f\x8b");
}

}  // namespace

otlp_call::otlp_call(otlp_call_setting& setting, grpc::GenericCallbackServerContext& context)
    : setting_(setting), context_(context) {
  const auto signal = signal_of(context.method());
  if (!signal) {
    finish(rpc_code::unimplemented,
           "There is no " + context.method() + " here, only Export of traces and of logs.");
    return;
  }
  signal_ = *signal;
  if (const auto& token = setting.options.token;
      !token.empty() && !bears_token(metadatum(context, "authorization").value_or(""), token)) {
    finish(rpc_code::unauthenticated, "This server asks for a token: authorization: Bearer <token>.");
    return;
  }
  setting_.calls.fetch_add(1, std::memory_order_relaxed);
  setting_.reading.begin(context_);
  StartRead(&message_);
}

void otlp_call::OnReadDone(bool ok) {
  setting_.reading.end(context_);
  if (!ok) return finish(rpc_code::invalid_argument, "The call ended before its message.");
  try {
    // Beside the library's own copy for a moment.
    auto memory = std::make_shared<memory_share>(setting_.memory);
    if (!memory->admit(message_.Length() + http_request::body_slack)) {
      return fail({failure_code::busy,
                   "The server holds all the messages it has memory for. Send this again in a moment."});
    }
    auto bytes = joined(message_);
    message_.Clear();
    if (!bytes) return fail(bytes.error());
    if (signal_ == otlp_signal::metrics) return answer(metrics_are_not_kept());
    const auto encoding = is_gzip(*bytes) ? content_encoding::gzip : content_encoding::none;
    take_in(
        {.bytes = std::move(*bytes), .encoding = encoding, .parser_factor = 0, .memory = std::move(memory)},
        [this](std::string&& plain, const decode_limits& allowed) {
          return signal_ == otlp_signal::traces ? otlp_protobuf::decode_traces(std::move(plain), allowed)
                                                : otlp_protobuf::decode_logs(std::move(plain), allowed);
        },
        setting_.store, setting_.options.intake,
        [this](const result<export_answer>& taken) { taken ? answer(*taken) : fail(taken.error()); });
  } catch (const std::exception&) {  // no memory: nothing was committed, or the store answers
    finish(rpc_code::unavailable, "The server could not take this in. Send it again later.", 10);
  }
}

void otlp_call::answer(const export_answer& told) {
  if (answered_.exchange(true)) return;
  const grpc::Slice bytes{otlp_protobuf::encode_export_answer(told)};
  answer_ = grpc::ByteBuffer{&bytes, 1};  // of one slice, empty or not: one of none is no message
  StartWriteAndFinish(&answer_, {}, grpc::Status::OK);
}

void otlp_call::fail(const failure& why) {
  switch (why.code) {
    case failure_code::too_large:
      return finish(rpc_code::resource_exhausted, why.message);
    case failure_code::busy:
      return finish(rpc_code::resource_exhausted, why.message, 1);
    case failure_code::malformed:
    case failure_code::invalid_argument:
      return finish(rpc_code::invalid_argument, why.message);
    default:  // the store's own trouble: the sender keeps its records until that is over
      return finish(rpc_code::unavailable, why.message, 10);
  }
}

void otlp_call::finish(rpc_code code, const std::string& sentence, unsigned retry_after_seconds) {
  if (answered_.exchange(true)) return;
  std::string details;  // only what the code and the sentence do not say
  if (retry_after_seconds != 0) details = otlp_protobuf::encode_error(code, sentence, retry_after_seconds);
  Finish(grpc::Status{static_cast<grpc::StatusCode>(code), sentence, details});
}

}  // namespace waybill::inline v0
