#include "../conformance/sample_records.hpp"
#include "../fakes/frozen_clock.hpp"

#include <waybill/export/batching_sink.hpp>
#include <waybill/export/combined_exporter.hpp>
#include <waybill/export/sentry_exporter.hpp>
#include <waybill/http/server.hpp>
#include <waybill/tracing/active_span.hpp>
#include <waybill/tracing/tracer.hpp>
#include <waybill/version.hpp>
#include <waybill/wire/gzip.hpp>

#include "../fakes/scripted_exporter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

using namespace waybill;
using namespace std::chrono_literals;
using kind = export_outcome::kind;
using waybill::testing::sample_span;
using waybill::testing::sample_trace;

namespace {

// Answers as a test has written down (200 when that runs out), and keeps what it was sent.
struct scripted_sentry {
  scripted_sentry() {
    auto made = http_server::start({}, [this](http_request&& request, http_responder respond) {
      const std::lock_guard lock{mutex};
      requests.push_back(std::move(request));
      if (answers.empty()) return respond({.status = 200, .headers = {}, .body = "{}"});
      respond(http_response{answers.front()});
      answers.pop_front();
    });
    REQUIRE(made);
    server = std::move(*made);
  }
  sentry_options options() const {
    sentry_options made;
    made.dsn = *parse_sentry_dsn("http://key@127.0.0.1:" + std::to_string(server->port()) + "/prefix/42");
    made.compress = false;
    return made;
  }
  std::unique_ptr<batch_exporter> exporter() const { return exporter(options()); }
  static std::unique_ptr<batch_exporter> exporter(const sentry_options& options) {
    auto made = make_sentry_exporter(options);
    REQUIRE(made);
    return std::move(*made);
  }

  std::mutex mutex;
  std::deque<http_response> answers;
  std::vector<http_request> requests;
  std::unique_ptr<http_server> server;
};

span_record segment(int number, std::string_view name = "segment") {
  return {.trace = sample_trace(number),
          .span = sample_span(number),
          .flags = 0x101,
          .name = name,
          .start = 1'700'000'000'000'000'000,
          .end = 1'700'000'001'000'000'000};
}

span_batch batch_of(std::vector<span_record> spans, std::vector<log_record> logs = {}) {
  record_arena arena;
  arena.spans() = std::move(spans);
  arena.logs() = std::move(logs);
  return arena.finish();
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

http_response limited(unsigned status, std::string_view rules) {
  return {.status = status, .headers = {{"X-Sentry-Rate-Limits", std::string{rules}}}, .body = {}};
}

}  // namespace

TEST_CASE(
    "a transaction leaves as an envelope that says who sends it, when, and what its trace's head said") {
  const fakes::frozen_clock clock{1'785'585'638'412'345'678};
  scripted_sentry sentry;
  const auto exporter = sentry.exporter();
  auto span = segment(1);
  span.baggage = "sentry-public_key=key,sentry-release=r%201";
  exporter->encode(batch_of({span}));
  const auto outcome = exporter->send();
  CHECK(outcome.what == kind::sent);
  CHECK(outcome.rejected == 0);
  REQUIRE(sentry.requests.size() == 1);
  const auto& request = sentry.requests.front();
  CHECK(request.method == "POST");
  CHECK(request.path == "/prefix/api/42/envelope/");
  CHECK(request.headers.find("Content-Type") == "application/x-sentry-envelope");
  const auto agent = std::string{"waybill/"}.append(version_text);
  CHECK(request.headers.find("User-Agent") == agent);
  CHECK(request.headers.find("X-Sentry-Auth") ==
        "Sentry sentry_version=7, sentry_client=" + agent + ", sentry_key=key");
  CHECK(!request.headers.find("Content-Encoding"));
  const std::string_view body = request.body;
  const auto first = body.substr(0, body.find('\n'));
  CHECK(
      first ==
      R"({"event_id":"01010101010101010101010101010101","sent_at":"2026-08-01T12:00:38.412345Z",)"
      R"("sdk":{"name":"waybill","version":")" +
          std::string{version_text} +
          R"("},"trace":{"trace_id":"01010101010101010101010101010101","public_key":"key","release":"r 1"}})");
  CHECK(has(body, "\n{\"type\":\"transaction\",\"length\":"));
  CHECK(body.ends_with("}\n"));
}

TEST_CASE("what came with the trace is what its envelope says, even if that is nothing") {
  struct row {
    std::string_view baggage, header, why;
  };
  for (const auto& [baggage, header, why] : {
           row{"sentry-public_key=theirs,sentry-release=a", R"("public_key":"theirs","release":"a"})",
               "as it came"},
           row{"tenant=x", "", "nothing was said"},
           row{"sentry-release=a", "", "half of it: not ours to complete"},
           row{"", "", "nothing came"},
       }) {
    CAPTURE(why);
    for (const auto format : {sentry_format::transactions, sentry_format::spans}) {
      scripted_sentry sentry;
      auto options = sentry.options();
      options.format = format;
      const auto exporter = sentry.exporter(options);
      auto span = segment(1);
      span.baggage = baggage;
      exporter->encode(batch_of({span}));
      CHECK(exporter->send().what == kind::sent);
      REQUIRE(sentry.requests.size() == 1);
      const std::string_view body = sentry.requests.front().body;
      const auto first = body.substr(0, body.find('\n'));
      CHECK(has(first, R"("trace":{)") == !header.empty());
      if (!header.empty()) CHECK(has(first, header));
    }
  }
}

TEST_CASE("an envelope holds one transaction, or the spans of one trace, or events; each is sent") {
  scripted_sentry sentry;
  auto child = segment(1);
  child.span = sample_span(9);
  child.parent = sample_span(1);
  log_record event{.trace = sample_trace(1), .time = 1, .event_name = "waybill.task", .body = "done"};
  const auto batch = [&] { return batch_of({child, segment(1), segment(2)}, {event, event}); };

  const auto as_transactions = sentry.exporter();
  as_transactions->encode(batch());
  CHECK(as_transactions->send().what == kind::sent);
  REQUIRE(sentry.requests.size() == 3);
  CHECK(has(sentry.requests[0].body, R"("span_id":"0909090909090909","parent_span_id":"0101010101010101")"));
  const auto is_log = [](const http_request& one) { return has(one.body, R"({"type":"log")"); };
  std::stable_partition(sentry.requests.begin() + 1, sentry.requests.end(),
                        [&](const auto& one) { return !is_log(one); });
  CHECK(has(sentry.requests[1].body, R"("span_id":"0202020202020202")"));
  CHECK(has(sentry.requests[2].body,
            R"({"type":"log","content_type":"application/vnd.sentry.items.log+json","item_count":2)"));

  sentry.requests.clear();
  auto options = sentry.options();
  options.format = sentry_format::spans;
  options.send_events = false;
  const auto as_spans = sentry.exporter(options);
  as_spans->encode(batch());
  CHECK(as_spans->send().what == kind::sent);
  REQUIRE(sentry.requests.size() == 2);
  CHECK(has(sentry.requests[0].body,
            R"({"type":"span","content_type":"application/vnd.sentry.items.span.v2+json","item_count":2)"));
  CHECK(has(sentry.requests[1].body, R"("item_count":1)"));
}

TEST_CASE("beyond this machine envelopes are compressed") {
  scripted_sentry sentry;
  auto options = sentry.options();
  options.compress = true;
  const auto exporter = sentry.exporter(options);
  exporter->encode(batch_of({segment(1)}));
  CHECK(exporter->send().what == kind::sent);
  CHECK(sentry.requests.front().headers.find("Content-Encoding") == "gzip");
  const auto plain = gunzip(sentry.requests.front().body);
  REQUIRE(plain);
  CHECK(has(*plain, R"("type":"transaction")"));
}

TEST_CASE("a limit is obeyed at once and as long as it lasts; what it costs is counted, the rest is sent") {
  fakes::frozen_clock clock;
  scripted_sentry sentry;
  const auto exporter = sentry.exporter();
  const log_record event{.trace = sample_trace(1), .time = 1, .body = "done"};
  sentry.answers = {limited(200, "60:transaction:key")};
  exporter->encode(batch_of({segment(1), segment(2), segment(3)}, {event}));
  auto outcome = exporter->send();
  CHECK(outcome.what == kind::sent);
  CHECK(outcome.rejected == 2);
  CHECK(has(outcome.problem, "rate limit"));
  CHECK(sentry.requests.size() == 2);  // the first transaction, and the event

  clock.advance(59'000'000'000);
  exporter->encode(batch_of({segment(4)}));
  CHECK(exporter->send().rejected == 1);
  CHECK(sentry.requests.size() == 2);

  clock.advance(2'000'000'000);
  exporter->encode(batch_of({segment(5)}));
  CHECK(exporter->send().rejected == 0);
  CHECK(sentry.requests.size() == 3);
}

TEST_CASE(
    "what Sentry refuses is lost and counted, what may pass is tried again, the rest of the batch with it") {
  struct row {
    http_response answer;
    kind what;
    std::size_t lost;
    std::size_t requests;
    std::string_view why;
  };
  for (const auto& [answer, what, lost, requests, why] : std::vector<row>{
           {{.status = 200, .headers = {}, .body = {}}, kind::sent, 0, 2, "all is well"},
           {{.status = 400, .headers = {}, .body = {}}, kind::sent, 1, 2, "not understood"},
           {{.status = 403, .headers = {}, .body = {}}, kind::sent, 1, 2, "another key"},
           {{.status = 413, .headers = {}, .body = {}}, kind::sent, 1, 2, "too large"},
           {{.status = 429, .headers = {}, .body = {}}, kind::sent, 2, 1, "not now, nothing of it"},
           {limited(429, "60:log_item:key"), kind::sent, 1, 2, "not now, and of this only that"},
           {{.status = 500, .headers = {}, .body = {}}, kind::sent, 1, 2, "broken by it"},
           {{.status = 503, .headers = {{"Retry-After", "7"}}, .body = {}}, kind::try_again, 2, 1, "down"},
       }) {
    CAPTURE(why);
    scripted_sentry sentry;
    const auto exporter = sentry.exporter();
    sentry.answers = {answer};
    exporter->encode(batch_of({segment(1), segment(2)}));
    const auto outcome = exporter->send();
    CHECK(outcome.what == what);
    CHECK(outcome.records.value_or(outcome.rejected) == lost);
    CHECK(sentry.requests.size() == requests);
    if (what != kind::try_again) continue;
    CHECK(outcome.retry_after == 7s);
    const auto again = exporter->send();
    CHECK(again.what == kind::sent);
    CHECK(again.rejected == 0);
    CHECK(sentry.requests.size() == 3);
  }
}

TEST_CASE("many envelopes are under way at once, eight at most, after the first was taken") {
  std::mutex mutex;
  std::vector<http_responder> held;
  std::size_t most = 0;
  std::size_t first_alone = 0;
  auto server = http_server::start({}, [&](http_request&&, http_responder respond) {
    const std::lock_guard lock{mutex};
    held.push_back(std::move(respond));
    most = std::max(most, held.size());
  });
  REQUIRE(server);
  std::jthread answering{[&](const std::stop_token& over) {
    for (std::size_t answered = 0; !over.stop_requested();) {
      std::this_thread::sleep_for(5ms);
      const std::lock_guard lock{mutex};
      if (held.empty()) continue;
      if (answered++ == 0) first_alone = held.size();
      held.front()({.status = 200, .headers = {}, .body = "{}"});
      held.erase(held.begin());
    }
  }};
  sentry_options options;
  options.dsn = *parse_sentry_dsn("http://key@127.0.0.1:" + std::to_string((*server)->port()) + "/1");
  const auto exporter = scripted_sentry::exporter(options);
  std::vector<span_record> spans;
  for (int i = 1; i <= 60; ++i) spans.push_back(segment(i));
  exporter->encode(batch_of(std::move(spans)));
  const auto outcome = exporter->send();
  CHECK(outcome.what == kind::sent);
  CHECK(outcome.rejected == 0);
  const std::lock_guard lock{mutex};
  CHECK(first_alone == 1);
  CHECK(most > 4);
  CHECK(most <= 8);
}

TEST_CASE("of several under way the one that failed is tried again, and no other") {
  scripted_sentry sentry;
  for (const unsigned status : {200U, 200U, 503U, 200U, 200U})
    sentry.answers.push_back({.status = status, .headers = {}, .body = {}});
  const auto exporter = sentry.exporter();
  std::vector<span_record> spans;
  for (int i = 1; i <= 9; ++i) spans.push_back(segment(i));
  exporter->encode(batch_of(std::move(spans)));
  const auto outcome = exporter->send();
  CHECK(outcome.what == kind::try_again);
  const std::size_t left = outcome.records.value_or(0);
  CHECK(left == 10 - sentry.requests.size());
  CHECK(exporter->send().what == kind::sent);
  CHECK(sentry.requests.size() == 10);
  std::map<std::string, int> times;
  for (const auto& one : sentry.requests) ++times[one.body.substr(0, 46)];
  CHECK(times.size() == 9);
}

TEST_CASE("nobody there is tried again") {
  std::uint16_t free_port = 0;
  {
    const scripted_sentry gone;
    free_port = gone.server->port();
  }
  sentry_options options;
  options.dsn = *parse_sentry_dsn("http://key@127.0.0.1:" + std::to_string(free_port) + "/1");
  const auto exporter = scripted_sentry::exporter(options);
  exporter->encode(batch_of({segment(1)}));
  const auto outcome = exporter->send();
  CHECK(outcome.what == kind::try_again);
  CHECK(outcome.records == 1);
  CHECK(!outcome.problem.empty());
}

TEST_CASE("a log that belongs to no trace is lost and counted") {
  scripted_sentry sentry;
  const auto exporter = sentry.exporter();
  exporter->encode(batch_of({}, {log_record{.time = 1, .body = "line"}}));
  CHECK(exporter->send().rejected == 1);
  CHECK(sentry.requests.empty());
}

TEST_CASE("behind the sink: a flush and the end send children whose root is still open") {
  scripted_sentry sentry;
  auto made =
      std::make_unique<batching_sink>([&] { return sentry.exporter(); }, batching_options{.period = 10min});
  auto* const sink = made.get();
  tracer& tracing = tracer::make({.sink = std::move(made)});
  {
    auto root = start_span(tracing, "root");
    { const auto child = start_span(tracing, "first"); }
    CHECK(sink->flush(10s));
    CHECK(sentry.requests.size() == 1);
    { const auto child = start_span(tracing, "second"); }
    { const auto other = start_span(tracing, "other", {.new_trace = true}); }
    CHECK(sink->shutdown(10s));
    CHECK(sink->dropped() == 0);
  }
  REQUIRE(sentry.requests.size() == 3);
  CHECK(has(sentry.requests[0].body, R"("transaction":"first")"));
  CHECK(has(sentry.requests[1].body, R"("transaction":"other")"));
  CHECK(has(sentry.requests[2].body, R"("transaction":"second")"));
  tracing.close();
}

TEST_CASE("behind the sink: what is given up counts all the records that it held") {
  scripted_sentry sentry;
  for (int i = 0; i < 50; ++i) sentry.answers.push_back({.status = 503, .headers = {}, .body = {}});
  auto made = std::make_unique<batching_sink>([&] { return sentry.exporter(); },
                                              batching_options{.period = 10min,
                                                               .batch_records = 2,
                                                               .first_backoff = 1ms,
                                                               .longest_backoff = 1ms,
                                                               .give_up_after = 3ms});
  auto* const sink = made.get();
  tracer& tracing = tracer::make({.sink = std::move(made)});
  {
    auto root = start_span(tracing, "root");
    for (int i = 0; i < 7; ++i) const auto child = start_span(tracing, "child");
  }
  sink->flush(10s);
  CHECK(sink->dropped() == 8);
  sink->shutdown(0ms);
  tracing.close();
}

TEST_CASE(
    "several exporters as one: what each has lost is counted, what one has sent is not asked of it again") {
  fakes::exporter_script collector;
  fakes::exporter_script file;
  collector.answers = {{.what = kind::try_again, .records = 3}, {.what = kind::try_again, .records = 3}};
  file.answers = {{.what = kind::sent, .rejected = 1}};
  std::vector<std::unique_ptr<batch_exporter>> both;
  both.push_back(std::make_unique<fakes::scripted_exporter>(collector));
  both.push_back(std::make_unique<fakes::scripted_exporter>(file));
  const auto exporter = combine(std::move(both));
  exporter->encode(batch_of({segment(1), segment(2)}));
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto outcome = exporter->send();
    CHECK(outcome.what == kind::try_again);
    CHECK(outcome.records == 4);
  }
  const auto outcome = exporter->send();
  CHECK(outcome.what == kind::sent);
  CHECK(outcome.rejected == 1);
  CHECK(collector.sends == 3);
  CHECK(file.sends == 1);
}
