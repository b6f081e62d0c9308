#include <waybill/cli/other_server_source.hpp>

#include <waybill/base/clock.hpp>
#include <waybill/base/percent_encoding.hpp>
#include <waybill/wire/jaeger_json.hpp>
#include <waybill/wire/otlp_json.hpp>
#include <waybill/wire/otlp_protobuf.hpp>
#include <waybill/wire/tempo_search.hpp>

#include <algorithm>
#include <map>

namespace waybill::inline v0::cli {
namespace {

constexpr std::size_t most_linked = 20;
constexpr std::size_t most_services = 50;
constexpr std::size_t most_searched = 1'000;  // for the beginning of an id, which these servers can't look up
constexpr unix_nanos looked_back = std::int64_t{7} * 24 * 3600 * 1'000'000'000;

std::string in_query(std::string_view text) {
  std::string encoded(3 * text.size(), '\0');
  encoded.resize(percent_encode(text, encoded.data()));
  return encoded;
}

// What both have in common: a story is made of traces, one question each.
class other_server : public trace_source {
 public:
  explicit other_server(api_client&& api) noexcept : api_(std::move(api)) {}

  result<std::vector<trace_id>> find(std::string_view prefix, std::size_t limit) override {
    auto traces = newest({.limit = most_searched});
    if (!traces) return traces;
    std::erase_if(*traces, [&](const trace_id& one) { return !one.to_hex().starts_with(prefix); });
    if (traces->size() > limit) traces->resize(limit, traces->front());
    return traces;
  }

  result<span_batch> story(const trace_id& trace) override {
    auto own = read(trace);
    if (!own) return own;
    std::vector<trace_id> linked;
    own->for_each_span([&](const span_record& span) {
      for (const auto& link : span.links) linked.push_back(link.trace);
    });
    std::sort(linked.begin(), linked.end());
    linked.erase(std::unique(linked.begin(), linked.end()), linked.end());
    std::erase(linked, trace);
    if (linked.size() > most_linked) linked.resize(most_linked, trace);
    for (const auto& other : linked) {
      auto more = read(other);
      if (!more) return more;
      own->append(std::move(*more));
    }
    return own;
  }

  result<std::vector<queue_waits>> waits(const wait_query&) override {
    return failure{failure_code::invalid_argument,
                   api_.base() + " can't be asked for the waits of all tasks; show has those of a trace"};
  }

  result<store_state> state() override { return store_state{}; }

 protected:
  // The body of a 200; empty for a 404.
  result<std::string> body_of(const std::string& path, const std::string& accept = {}) {
    auto answer = api_.ask(path, accept);
    if (!answer) return answer.error();
    if (answer->status == 200) return std::move(answer->body);
    if (answer->status == 404) return std::string{};
    return failure{failure_code::refused, api_.base() + path + " answered " + std::to_string(answer->status)};
  }

  failure unreadable(const std::string& path, const failure& why) const {
    return {why.code, api_.base() + path + ": " + why.message};
  }

 private:
  api_client api_;
};

class jaeger final : public other_server {
 public:
  using other_server::other_server;

  // Traces are asked for by service: the newest of each, and of those the newest.
  result<std::vector<trace_id>> newest(const trace_query& query) override {
    auto body = body_of("/api/services");
    if (!body) return body.error();
    const auto services = jaeger_json::decode_names(std::move(*body));
    if (!services) return unreadable("/api/services", services.error());
    const unix_nanos now = wall_now();
    const unix_nanos since = query.stored_since > 0 ? query.stored_since : now - looked_back;
    std::map<trace_id, unix_nanos> latest;
    for (std::size_t i = 0; i < std::min(services->size(), most_services); ++i) {
      const std::string path =
          "/api/traces?service=" + in_query((*services)[i]) + "&limit=" + std::to_string(query.limit) +
          "&start=" + std::to_string(since / 1000) + "&end=" + std::to_string(now / 1000);
      auto answer = records(path);
      if (!answer) return answer.error();
      answer->for_each_span([&](const span_record& span) {
        auto& time = latest.try_emplace(span.trace, span.start).first->second;
        time = std::max(time, span.start);
      });
    }
    std::vector<trace_id> ids;
    ids.reserve(latest.size());
    for (const auto& [trace, time] : latest) ids.push_back(trace);
    std::sort(ids.begin(), ids.end(),
              [&](const trace_id& a, const trace_id& b) { return latest[a] > latest[b]; });
    if (ids.size() > query.limit) ids.resize(query.limit, ids.front());
    return ids;
  }

  // As OTLP, where this Jaeger can (v3 of its API): its own JSON has whole microseconds, and no room for some attributes.
  result<span_batch> read(const trace_id& trace) override {
    if (auto body = body_of("/api/v3/traces/" + trace.to_hex())) {
      auto decoded = otlp_json::decode(std::move(*body));
      if (decoded && decoded->records.span_count() != 0) return std::move(decoded->records);
    }
    return records("/api/traces/" + trace.to_hex());
  }

 private:
  result<span_batch> records(const std::string& path) {
    auto body = body_of(path);
    if (!body) return body.error();
    if (body->empty()) return span_batch{};
    auto decoded = jaeger_json::decode(std::move(*body));
    if (decoded) return std::move(decoded->records);
    if (decoded.error().code == failure_code::not_found) return span_batch{};
    return unreadable(path, decoded.error());
  }
};

class tempo final : public other_server {
 public:
  using other_server::other_server;

  result<std::vector<trace_id>> newest(const trace_query& query) override {
    const unix_nanos now = wall_now();
    const unix_nanos since = query.stored_since > 0 ? query.stored_since : now - looked_back;
    constexpr unix_nanos second = 1'000'000'000;
    const std::string path = "/api/search?q=%7B%7D&limit=" + std::to_string(query.limit) +
                             "&start=" + std::to_string(since / second) +
                             "&end=" + std::to_string(now / second + 1);
    auto body = body_of(path, "application/json");
    if (!body) return body.error();
    auto found = decode_tempo_search(std::move(*body));
    if (!found) return unreadable(path, found.error());
    return found;
  }

  // As protobuf: Tempo's JSON is larger, and not quite OTLP's. Who speaks Tempo's language may know JSON only.
  result<span_batch> read(const trace_id& trace) override {
    const std::string path = "/api/traces/" + trace.to_hex();
    auto body = body_of(path, "application/protobuf");
    if (!body) return body.error();
    auto decoded = body->starts_with('{') ? otlp_json::decode(std::move(*body))
                                          : otlp_protobuf::decode_traces(std::move(*body));
    if (!decoded) return unreadable(path, decoded.error());
    return std::move(decoded->records);
  }
};

}  // namespace

std::unique_ptr<trace_source> jaeger_source(api_client&& api) {
  return std::make_unique<jaeger>(std::move(api));
}

std::unique_ptr<trace_source> tempo_source(api_client&& api) {
  return std::make_unique<tempo>(std::move(api));
}

bool is_jaeger(api_client& api) {
  auto answer = api.ask("/api/services");
  return answer && answer->status == 200 && jaeger_json::looks_like(answer->body);
}

bool is_tempo(api_client& api) {
  const auto answer = api.ask("/api/echo");
  return answer && answer->status == 200 && answer->body.starts_with("echo");
}

}  // namespace waybill::inline v0::cli
