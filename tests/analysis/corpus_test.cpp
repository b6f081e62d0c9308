// Real traces of real SDKs (tests/data/corpus) with the right answer beside each, measured by the tasks
// themselves. Judged as the corpus asks: a figure outside the honest interval is wrong, no figure is allowed,
// and so is one between bounds that hold the truth.
#include <waybill/analysis/explained_trace.hpp>
#include <waybill/record/record_arena.hpp>
#include <waybill/wire/gzip.hpp>
#include <waybill/wire/otlp_json.hpp>
#include <waybill/wire/otlp_protobuf.hpp>
#include <waybill/wire/sentry_decode.hpp>

#include <doctest/doctest.h>
#include <simdjson.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

using namespace waybill;

namespace {

namespace dom = simdjson::dom;
constexpr double slack = 0.05;  // seconds

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  REQUIRE(file);
  return {std::istreambuf_iterator<char>{file}, {}};
}

// All requests of a case, as the receiver would decode them.
span_batch decode_case(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> bodies;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    if (entry.path().extension() == ".body") bodies.push_back(entry.path());
  }
  std::ranges::sort(bodies);
  span_batch records;
  for (const auto& path : bodies) {
    auto described = path;
    const auto request = read_file(described.replace_extension(".json"));
    const bool logs = request.find("/v1/logs") != std::string::npos;
    const bool sentry = request.find("/envelope/") != std::string::npos;
    if (!logs && !sentry && request.find("/v1/traces") == std::string::npos &&
        request.find("TraceService") == std::string::npos)
      continue;
    auto body = read_file(path);
    if (body.starts_with("\x1f\x8b")) body = *gunzip(body);
    if (sentry) {
      auto envelope = sentry_envelope::decode(std::move(body), "7");
      REQUIRE(envelope);
      records.append(std::move(envelope->decoded.records));
      continue;
    }
    auto decoded = body.starts_with("{") ? otlp_json::decode(body)
                   : logs                ? otlp_protobuf::decode_logs(body)
                                         : otlp_protobuf::decode_traces(body);
    REQUIRE(decoded);
    records.append(std::move(decoded->records));
  }
  return records;
}

std::set<std::string_view> message_ids(const span_record& span) {
  std::set<std::string_view> ids;
  const auto collect = [&](std::span<const attribute> attributes) {
    for (const auto* key :
         {"messaging.message.id", "messaging.message_id", "bullmq.job.id", "hatchet.step_run_id"}) {
      if (const auto id = find_attribute(attributes, key).as_text(); id.size() >= 8) ids.insert(id);
    }
  };
  collect(span.attributes);
  for (const auto& link : span.links) collect(link.attributes);
  return ids;
}

// The trace and those that a store would call related: linked either way, or naming the same message.
span_batch with_related(const span_batch& all, const trace_id& trace) {
  std::set<trace_id> wanted{trace};
  std::set<std::string_view> named;
  all.for_each_span([&](const span_record& span) {
    if (span.trace != trace) return;
    for (const auto& link : span.links) wanted.insert(link.trace);
    named.merge(message_ids(span));
  });
  all.for_each_span([&](const span_record& span) {
    for (const auto& link : span.links) {
      if (link.trace == trace) wanted.insert(span.trace);
    }
    for (const auto id : message_ids(span)) {
      if (named.contains(id)) wanted.insert(span.trace);
    }
  });
  record_arena arena;
  all.for_each_span([&](const span_record& span) {
    if (wanted.contains(span.trace)) arena.spans().push_back(span);
  });
  return arena.finish();
}

struct attempt {
  std::string name;
  std::string trace;
  std::string span;  // that works on it; empty: the one that starts nearest
  double started;
  double truth;
  double other_end;  // of the honest interval
};

std::string text_of(dom::element element) {
  std::string_view text;
  return element.get(text) == simdjson::SUCCESS ? std::string{text} : std::string{};
}

double number_of(simdjson::simdjson_result<dom::element> element, double otherwise) {
  double number = otherwise;
  return element.get(number) == simdjson::SUCCESS ? number : otherwise;
}

std::string text_at(dom::element object, std::string_view key) {
  dom::element found;
  return object[key].get(found) == simdjson::SUCCESS ? text_of(found) : std::string{};
}

void read_messages(dom::element answer, std::vector<attempt>& out) {
  for (const dom::element message : answer["messages"].get_array()) {
    dom::array attempts;
    if (text_at(message, "role") != "measured" || message["attempts"].get(attempts) != simdjson::SUCCESS)
      continue;
    for (const dom::element one : attempts) {
      const auto trace = text_at(one, "handler_trace_id");
      if (trace.empty()) continue;
      dom::element found;
      std::string span;
      if (one["found_in_spans"].get(found) == simdjson::SUCCESS) span = text_at(found, "consumer_span_id");
      if (span.empty()) span = text_at(one, "handler_span_id");
      const double truth = number_of(one["wait_s"], 0);
      out.push_back(
          {text_at(message, "key") + "#" + std::to_string(static_cast<int>(number_of(one["attempt"], 0))),
           trace, span, number_of(one["started_unix"], 0), truth,
           number_of(one["wait_s_if_counted_from_start_of_enqueue_call"], truth)});
    }
  }
}

void read_stamps(dom::element answer, std::vector<attempt>& out) {
  std::map<std::pair<std::string, int>, double> called;
  std::map<std::pair<std::string, int>, double> returned;
  for (const dom::element stamp : answer["stamps"].get_array()) {
    const auto event = text_at(stamp, "ev");
    const std::pair key{text_at(stamp, "task"), static_cast<int>(number_of(stamp["attempt"], 0))};
    if (event == "enqueue_call") called[key] = number_of(stamp["t"], 0);
    if (event == "enqueued") returned[key] = number_of(stamp["t"], 0);
  }
  for (const dom::element stamp : answer["stamps"].get_array()) {
    const std::pair key{text_at(stamp, "task"), static_cast<int>(number_of(stamp["attempt"], 0))};
    dom::array waits;
    if (text_at(stamp, "ev") != "start" || answer["wait_s"][key.first].get(waits) != simdjson::SUCCESS)
      continue;
    if (key.second < 1 || static_cast<std::size_t>(key.second) > waits.size()) continue;
    double truth = 0;
    if (waits.at(static_cast<std::size_t>(key.second - 1)).get(truth) != simdjson::SUCCESS) continue;
    auto trace = text_at(stamp, "cur_trace");
    if (const auto header = text_at(stamp, "traceparent"); trace.empty() && header.size() > 35)
      trace = header.substr(3, 32);
    if (trace.empty()) continue;
    const double call = called.contains(key) && returned.contains(key) ? returned[key] - called[key] : 0;
    out.push_back({key.first + "#" + std::to_string(key.second),
                   trace,
                   {},
                   number_of(stamp["t"], 0),
                   truth,
                   truth + call});
  }
}

const queue_wait* find_wait(const explained_trace& trace, const attempt& one) {
  const queue_wait* nearest = nullptr;
  double distance = 1;
  for (const auto& wait : trace.waits) {
    if (!wait.work_span) continue;
    if (!one.span.empty()) {
      if (wait.work_span->to_hex() == one.span) return &wait;
      continue;
    }
    const auto row = std::ranges::find_if(
        trace.rows, [&](const trace_row& r) { return r.kind == row_kind::span && r.span == wait.work_span; });
    if (row == trace.rows.end()) continue;
    const double away = std::abs(static_cast<double>(row->start) / 1e9 - one.started);
    if (away < distance) {
      distance = away;
      nearest = &wait;
    }
  }
  return nearest;
}

enum class judgement { right, unknown, wrong };

judgement judge(const queue_wait* wait, const attempt& one, bool clocks_differ) {
  const double low = std::min(one.truth, one.other_end) - slack;
  const double high = std::max(one.truth, one.other_end) + slack;
  const auto seconds = [](std::int64_t nanos) { return static_cast<double>(nanos) / 1e9; };
  if (wait == nullptr) return judgement::unknown;
  if (wait->low != wait->high) {
    const bool holds =
        (!wait->low || seconds(*wait->low) <= high) && (!wait->high || seconds(*wait->high) >= low);
    return holds ? judgement::unknown : judgement::wrong;
  }
  if (!wait->duration || (clocks_differ && !wait->exact)) return judgement::unknown;
  const double shown = seconds(*wait->duration);
  return low <= shown && shown <= high ? judgement::right : judgement::wrong;
}

struct tally {
  int right = 0;
  int unknown = 0;
};

// Checks that nothing of a case is wrong; counts the rest.
tally judge_case(const std::filesystem::path& folder, bool all_at_once) {
  dom::parser parser;
  const dom::element answer = parser.load((folder / "answer.json").string());
  std::vector<attempt> attempts;
  dom::array messages;
  if (answer["messages"].get(messages) == simdjson::SUCCESS) {
    read_messages(answer, attempts);
  } else {
    read_stamps(answer, attempts);
  }
  double offset = 0;
  const bool clocks_differ = answer["worker_clock_offset_s"].get(offset) == simdjson::SUCCESS;

  const auto records = decode_case(folder);
  tally counted;
  for (const auto& one : attempts) {
    CAPTURE(folder.filename().string());
    CAPTURE(one.name);
    const auto trace = trace_id::from_hex(one.trace);
    REQUIRE(trace);
    const auto related = all_at_once ? span_batch{} : with_related(records, *trace);
    const auto explained = explain(all_at_once ? records : related, *trace);
    const auto* wait = find_wait(explained, one);
    const auto verdict = judge(wait, one, clocks_differ);
    CHECK(verdict != judgement::wrong);
    if (clocks_differ && wait != nullptr)
      CHECK_FALSE((wait->exact && wait->sender != nullptr && wait->rule == wait_rule::producer_span));
    counted.right += verdict == judgement::right ? 1 : 0;
    counted.unknown += verdict == judgement::unknown ? 1 : 0;
  }
  return counted;
}

std::vector<std::filesystem::path> cases() {
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator{WAYBILL_TEST_DATA "/corpus"})
    folders.push_back(entry.path());
  std::ranges::sort(folders);
  return folders;
}

}  // namespace

TEST_CASE("of all that real SDKs sent no wait is wrong, and as many are right as ever were") {
  for (const bool all_at_once : {false, true}) {
    CAPTURE(all_at_once);
    tally total;
    for (const auto& folder : cases()) {
      const auto [right, unknown] = judge_case(folder, all_at_once);
      total.right += right;
      total.unknown += unknown;
    }
    CHECK(total.right + total.unknown == 230);
    CHECK(total.right >= (all_at_once ? 156 : 142));
  }
}

TEST_CASE(
    "where a message plainly waited behind a busy worker and nothing can hide a delay, the wait is right") {
  for (const auto* name :
       {"python-otel-celery_redis-plain", "python-otel-celery_rabbitmq-plain_gzip",
        "python-otel-celery_redis-links", "python-otel-celery_redis-two_workers",
        "python-otel-celery_redis-all_signals", "python-otel-pika-plain", "python-otel-pika-prefetch10",
        "python-otel-confluent-plain", "python-otel-redisstream-manual", "node-otel-amqplib-plain",
        "node-otel-amqplib-links", "node-otel-kafkajs-plain", "java-otelagent-kafka-busy",
        "java-otelagent-kafka-twoworkers", "python-hatchet-hatchet-busy", "ts-hatchetinstr-hatchet-busy",
        "python-temporal-temporal-busy", "go-temporal-temporal-busy", "go-temporal-temporal-twoworkers"}) {
    CAPTURE(name);
    CHECK(judge_case(std::filesystem::path{WAYBILL_TEST_DATA "/corpus"} / name, false).right > 0);
  }
}
