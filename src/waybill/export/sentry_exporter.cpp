#include <waybill/export/sentry_exporter.hpp>

#include <waybill/base/clock.hpp>
#include <waybill/base/json_writer.hpp>
#include <waybill/export/retry_after.hpp>
#include <waybill/export/sentry_rate_limits.hpp>
#include <waybill/http/client.hpp>
#include <waybill/version.hpp>
#include <waybill/wire/gzip.hpp>
#include <waybill/wire/sentry_envelope.hpp>
#include <waybill/wire/sentry_log_encode.hpp>
#include <waybill/wire/sentry_spans_encode.hpp>
#include <waybill/wire/sentry_trace_header.hpp>
#include <waybill/wire/utc_text.hpp>

#include <algorithm>
#include <new>
#include <unordered_map>
#include <utility>
#include <vector>

namespace waybill::inline v0 {
namespace {

constexpr std::size_t longest_answer = std::size_t{64} << 10;
constexpr std::size_t most_logs = 100;  // in one item, as Sentry's own SDKs have it
constexpr std::size_t fullest_item = std::size_t{1} << 20;
constexpr std::size_t most_at_once = 8;  // requests under way

// A server that is down for a moment. 429 is none: what a quota has no room for is not kept for later.
bool is_retryable(unsigned status) noexcept {
  return status == 502 || status == 503 || status == 504;
}

std::string_view words_of(sentry_category what) noexcept {
  switch (what) {
    case sentry_category::transaction:
      return "transactions";
    case sentry_category::span:
      return "spans";
    case sentry_category::log_item:
      return "logs";
  }
  return {};
}

struct outgoing_envelope {
  sentry_category category;
  std::size_t records = 0;
  std::string event_id = {};      // of a transaction
  std::string trace_header = {};  // JSON; empty: not told
  std::string items = {};         // complete, or elements that a payload is still to be made of
  std::size_t elements = 0;
  std::string body = {};  // while the request is under way
  bool done = false;      // sent, or lost
};

class sentry_exporter final : public batch_exporter {
 public:
  sentry_exporter(sentry_options options, std::unique_ptr<curl_client> client)
      : options_(std::move(options)), client_(std::move(client)), assembly_(options_.waiting) {
    const auto agent = std::string{"waybill/"}.append(version_text);
    std::string auth =
        "Sentry sentry_version=7, sentry_client=" + agent + ", sentry_key=" + options_.dsn.public_key;
    if (!options_.dsn.secret_key.empty()) auth += ", sentry_secret=" + options_.dsn.secret_key;
    call_.method = "POST";
    call_.url = options_.dsn.envelope_url();
    call_.total_limit = options_.timeout;
    call_.headers.add("Content-Type", "application/x-sentry-envelope");
    call_.headers.add("User-Agent", agent);
    call_.headers.add("X-Sentry-Auth", auth);
    if (options_.compress) call_.headers.add("Content-Encoding", "gzip");
  }

  void encode(const span_batch& batch) override {
    begin();
    if (options_.format == sentry_format::spans) {
      encode_spans(batch);
    } else {
      assembly_.add(batch, steady_now(),
                    [this](const transaction_assembly::transaction& whole) { encode_transaction(whole); });
    }
    if (options_.send_events) encode_events(batch);
  }

  bool encode_waiting(bool all) override {
    begin();
    assembly_.release(all, steady_now(),
                      [this](const transaction_assembly::transaction& led) { encode_transaction(led); });
    return !envelopes_.empty();
  }

  // Several requests at once, or a busy process would be held to as many transactions a second as answers fit into one. The
  // first goes alone, and each that is taken lets more follow: whoever is limited, or down, hears of one.
  export_outcome send() override {
    const under_way_at_most_here left{*client_};
    export_outcome later;
    std::size_t next = 0;
    for (std::size_t under_way = 0;;) {
      while (later.what == kind::sent && under_way < at_once_ && next < envelopes_.size()) {
        if (start(next++, later)) ++under_way;
      }
      if (under_way == 0) break;
      auto finished = client_->wait();
      if (!finished) {
        later = {.what = kind::try_again, .problem = "out of memory"};
        break;
      }
      --under_way;
      take_answer(envelopes_[finished->number], finished->answer, later);
    }
    if (later.what != kind::sent) {
      later.records = lost_;
      for (const auto& one : envelopes_) *later.records += one.done ? 0 : one.records;
      return later;
    }
    envelopes_.clear();
    return {.problem = std::exchange(problem_, {}), .rejected = std::exchange(lost_, 0)};
  }

  void cancel() noexcept override { client_->cancel(); }

 private:
  using kind = export_outcome::kind;

  // Whatever is thrown, no request outlives the envelope that it is made of.
  struct under_way_at_most_here {
    curl_client& client;
    ~under_way_at_most_here() { client.abandon_all(); }
  };

  void begin() {
    envelopes_.clear();
    lost_ = 0;
    problem_.clear();
  }

  void encode_transaction(const transaction_assembly::transaction& whole) {
    std::string payload;
    sentry_transaction::append(whole.root, whole.spans, whole.process, options_.sender, payload);
    auto& made = envelopes_.emplace_back(outgoing_envelope{sentry_category::transaction, whole.records});
    made.event_id = sentry_transaction::event_id_of(whole.root);
    made.trace_header = whole.trace_header;
    sentry_envelope::append_item(made.items, {.type = "transaction"}, payload);
  }

  void encode_spans(const span_batch& batch) {
    std::unordered_map<trace_id, std::size_t, trace_id_hash>
        open;  // the envelope of each trace that has room
    batch.for_each_span([&](const span_record& span) {
      const auto [place, is_new] = open.try_emplace(span.trace, envelopes_.size());
      const bool is_full = !is_new && (envelopes_[place->second].elements + 2 > sentry_spans::most_spans ||
                                       envelopes_[place->second].items.size() > fullest_item);
      if (is_new || is_full) {
        place->second = envelopes_.size();
        envelopes_.emplace_back(outgoing_envelope{sentry_category::span}).trace_header =

            encode_sentry_trace_header(span.baggage, span.trace);
      }
      auto& into = envelopes_[place->second];
      into.elements += sentry_spans::append(span, options_.sender, into.items);
      ++into.records;
    });
    for (auto& one : envelopes_)
      close(one, sentry_spans::item_type, sentry_spans::content_type, sentry_spans::payload(one.items));
  }

  void encode_events(const span_batch& batch) {
    const std::size_t first = envelopes_.size();
    batch.for_each_log([&](const log_record& log) {
      if (envelopes_.size() == first || envelopes_.back().elements == most_logs ||
          envelopes_.back().items.size() > fullest_item)
        envelopes_.emplace_back(outgoing_envelope{sentry_category::log_item});
      auto& into = envelopes_.back();
      if (!sentry_logs::append(log, options_.sender, into.items)) {
        ++lost_;
        problem_ = "Sentry takes no logs that belong to no trace";
        return;
      }
      ++into.elements;
      ++into.records;
    });
    for (std::size_t i = first; i < envelopes_.size(); ++i) {
      auto& one = envelopes_[i];
      if (one.elements == 0) continue;
      close(one, sentry_logs::item_type, sentry_logs::content_type, sentry_logs::payload(one.items));
    }
    std::erase_if(envelopes_, [](const outgoing_envelope& one) { return one.items.empty(); });
  }

  static void close(outgoing_envelope& one, std::string_view type, std::string_view content_type,
                    const std::string& payload) {
    one.items.clear();
    sentry_envelope::append_item(
        one.items, {.type = type, .content_type = content_type, .item_count = one.elements}, payload);
  }

  void lose(outgoing_envelope& one, const std::string& why) {
    one.done = true;
    lost_ += one.records;
    problem_ = call_.url + " " + why;
  }

  // The header's sent_at is when the request leaves: Sentry corrects the clock by it.
  void write_body(outgoing_envelope& one) {
    one.body.clear();
    utc_text now;
    json_writer to{one.body};
    to.begin_object();
    if (!one.event_id.empty()) to.key("event_id").text(one.event_id);
    to.key("sent_at").text(write_utc(wall_now(), now));
    to.key("sdk").begin_object().key("name").text("waybill").key("version").text(version_text).end_object();
    if (!one.trace_header.empty()) to.key("trace").raw(one.trace_header);
    to.end_object();
    one.body.append("\n").append(one.items);
    if (!options_.compress) return;
    auto compressed = gzip(one.body);
    if (!compressed) throw std::bad_alloc{};
    one.body = std::move(*compressed);
  }

  // Whether a request is under way now.
  bool start(std::size_t number, export_outcome& later) {
    outgoing_envelope& one = envelopes_[number];
    if (one.done) return false;
    if (limits_.limited(one.category, steady_now())) {
      lose(one, "takes no " + std::string{words_of(one.category)} + " for now: its rate limit is used up");
      return false;
    }
    write_body(one);
    call_.body = one.body;
    const auto begun = client_->begin(call_, number);
    if (begun) return true;
    take_failure(one, begun.error(), later);
    return false;
  }

  void take_failure(outgoing_envelope& one, const failure& why, export_outcome& later) {
    at_once_ = 1;
    one.body = {};
    if (why.code == failure_code::invalid_argument) return lose(one, "cannot be sent to: " + why.message);
    later.what = kind::try_again;
    later.problem = why.message;
  }

  void take_answer(outgoing_envelope& one, const result<http_response>& answer, export_outcome& later) {
    if (!answer) return take_failure(one, answer.error(), later);
    one.body = {};
    limits_.note(*answer, steady_now(), wall_now());
    const bool taken = answer->status / 100 == 2 && !limits_.limited(one.category, steady_now());
    at_once_ = taken ? std::min(2 * at_once_, most_at_once) : 1;
    const std::string said = "answered " + std::to_string(answer->status);
    if (is_retryable(answer->status)) {
      later.what = kind::try_again;
      later.problem = call_.url + " " + said;
      if (const auto wanted = answer->headers.find("Retry-After"))
        later.retry_after = std::max(later.retry_after, parse_retry_after(*wanted, wall_now()));
      return;
    }
    one.done = true;
    if (answer->status / 100 != 2) lose(one, said);
  }

  sentry_options options_;
  std::unique_ptr<curl_client> client_;
  http_call call_;
  transaction_assembly assembly_;
  sentry_rate_limits limits_;
  std::vector<outgoing_envelope> envelopes_;
  std::size_t at_once_ = 1;  // requests that may be under way
  std::size_t lost_ = 0;     // records of those envelopes that are done, and what could not be encoded
  std::string problem_;
};

}  // namespace

result<std::unique_ptr<batch_exporter>> make_sentry_exporter(sentry_options options) {
  auto client =
      curl_client::make({.body_limit = longest_answer, .ca_file = options.ca_file, .at_once = most_at_once});
  if (!client) return client.error();
  return std::unique_ptr<batch_exporter>{new sentry_exporter{std::move(options), std::move(*client)}};
}

}  // namespace waybill::inline v0
