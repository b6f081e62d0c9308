#include <waybill/export/otlp_exporter.hpp>

#include <waybill/base/clock.hpp>
#include <waybill/export/retry_after.hpp>
#include <waybill/http/client.hpp>
#include <waybill/version.hpp>
#include <waybill/wire/gzip.hpp>
#include <waybill/wire/otlp_protobuf.hpp>

#include <new>
#include <utility>

namespace waybill::inline v0 {
namespace {

// An ExportServiceResponse is a count and a sentence. Who sends more is no collector, and shall not fill the host's memory.
constexpr std::size_t longest_answer = std::size_t{64} << 10;

// OTLP/HTTP, "Retryable Response Codes": these, and nothing else that answered.
bool is_retryable(unsigned status) noexcept {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

class otlp_exporter final : public batch_exporter {
 public:
  otlp_exporter(otlp_options options, std::unique_ptr<http_client> client)
      : options_(std::move(options)), client_(std::move(client)) {
    call_.method = "POST";
    call_.total_limit = options_.timeout;
    call_.headers.add("Content-Type", "application/x-protobuf");
    call_.headers.add("User-Agent", std::string{"waybill/"}.append(version_text));
    for (const auto& [name, value] : options_.headers) call_.headers.set(name, value);
    if (options_.compression == otlp_compression::gzip) call_.headers.set("Content-Encoding", "gzip");
  }

  void encode(const span_batch& batch) override {
    prepare(traces_, options_.traces_url, batch.span_count(),
            [&](std::string& out) { otlp_protobuf::encode_traces(batch, out); });
    prepare(logs_, options_.logs_url, batch.log_count(),
            [&](std::string& out) { otlp_protobuf::encode_logs(batch, out); });
  }

  export_outcome send() override {
    export_outcome spans = post(traces_, options_.traces_url);
    export_outcome events = post(logs_, options_.logs_url);
    if (spans.what == export_outcome::kind::try_again) return spans;
    if (events.what == export_outcome::kind::try_again) return events;
    // One refused, one sent: what was refused is counted, the rest has left.
    if (spans.what == export_outcome::kind::refused && events.what == export_outcome::kind::refused)
      return spans;
    export_outcome both;
    both.rejected = spans.rejected + events.rejected;
    both.problem = spans.problem.empty() ? events.problem : spans.problem;
    return both;
  }

  void cancel() noexcept override { client_->cancel(); }

 private:
  struct pending {
    std::string body;
    std::size_t records = 0;  // 0: nothing to send, or already sent
  };

  template <class Encode>
  void prepare(pending& to, const std::string& url, std::size_t records, Encode&& encode) {
    to.body.clear();
    to.records = url.empty() ? 0 : records;
    if (to.records == 0) return;
    encode(to.body);
    if (options_.compression != otlp_compression::gzip) return;
    auto compressed = gzip(to.body);
    if (!compressed) throw std::bad_alloc{};
    to.body = std::move(*compressed);
  }

  export_outcome post(pending& request, const std::string& url) {
    if (request.records == 0) return {};
    call_.url = url;
    call_.body = request.body;
    const auto answer = client_->send(call_);
    if (!answer) {
      const bool hopeless = answer.error().code == failure_code::invalid_argument;
      return {.what = hopeless ? export_outcome::kind::refused : export_outcome::kind::try_again,
              .problem = answer.error().message};
    }
    if (is_retryable(answer->status)) {
      export_outcome later{.what = export_outcome::kind::try_again, .problem = sentence(url, answer->status)};
      if (const auto wanted = answer->headers.find("Retry-After"))
        later.retry_after = parse_retry_after(*wanted, wall_now());
      return later;
    }
    const std::size_t records = std::exchange(request.records, 0);
    if (answer->status / 100 != 2) {
      return {.what = export_outcome::kind::refused,
              .problem = sentence(url, answer->status),
              .rejected = records};
    }
    export_outcome sent;
    if (const auto partial = otlp_protobuf::decode_export_answer(answer->body)) {
      sent.rejected = partial->rejected;
      sent.problem = partial->message;
    } else {
      sent.problem = sentence(url, answer->status) + ", but not as a collector does";
    }
    return sent;
  }

  static std::string sentence(const std::string& url, unsigned status) {
    return url + " answered " + std::to_string(status);
  }

  otlp_options options_;
  std::unique_ptr<http_client> client_;
  http_call call_;
  pending traces_;
  pending logs_;
};

}  // namespace

result<std::unique_ptr<batch_exporter>> make_otlp_exporter(otlp_options options) {
  auto client = curl_client::make({.body_limit = longest_answer, .ca_file = options.ca_file});
  if (!client) return client.error();
  return std::unique_ptr<batch_exporter>{new otlp_exporter{std::move(options), std::move(*client)}};
}

}  // namespace waybill::inline v0
