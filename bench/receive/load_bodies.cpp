#include "load_bodies.hpp"

#include <array>
#include <cstring>

namespace waybill_load {
namespace {

constexpr std::uint64_t ms = 1'000'000;
constexpr std::uint64_t queued = 30'200 * ms;

enum kind : unsigned { internal = 1, server = 2, client = 3, producer = 4, consumer = 5 };

// Words and numbers of a span, different each time.
class varied {
 public:
  explicit varied(std::mt19937_64& random) : random_(random) {}

  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  std::string number(std::uint64_t end) { return std::to_string(below(end)); }
  std::string id(std::size_t digits) {
    std::string text(digits, '0');
    for (char& c : text) c = "0123456789abcdef"[below(16)];
    return text;
  }
  template <std::size_t Count>
  std::string one_of(const std::array<std::string_view, Count>& words) {
    return std::string{words[below(Count)]};
  }
  std::string address() { return "10." + number(32) + "." + number(256) + "." + number(256); }

 private:
  std::mt19937_64& random_;
};

constexpr std::array<std::string_view, 6> agents{"Chrome/128.0 (X11; Linux x86_64)",
                                                 "Safari/605.1.15 (Macintosh)",
                                                 "deployctl/2.14.0",
                                                 "Firefox/129.0 (Windows NT 10.0)",
                                                 "curl/8.9.1",
                                                 "python-requests/2.32.3"};
constexpr std::array<std::string_view, 4> regions{"eu-west-1", "eu-central-1", "us-east-1", "ap-south-1"};
constexpr std::array<std::string_view, 5> tables{"environment", "deployment", "account", "quota", "project"};
constexpr std::array<std::string_view, 4> kinds{"Deployment", "Service", "Ingress", "ConfigMap"};
constexpr std::array<std::string_view, 3> plans{"free", "team", "enterprise"};

void attribute(patched_message& span, std::string_view key, std::string_view value) {
  patched_message any;
  any.text(1, value);
  patched_message pair;
  pair.text(1, key);
  pair.message(2, any);
  span.message(9, pair);
}

void attribute(patched_message& span, std::string_view key, std::uint64_t value) {
  patched_message any;
  any.varint(3, value);
  patched_message pair;
  pair.text(1, key);
  pair.message(2, any);
  span.message(9, pair);
}

struct span_head {
  std::uint32_t trace;
  unsigned number;
  int parent;  // -1: none
  std::string_view name;
  kind role;
  std::uint64_t start;  // ns after the trace's beginning
  std::uint64_t duration;
};

patched_message begin_span(const span_head& head) {
  patched_message span;
  span.open_bytes(1, 16, {.what = patch::kind::trace_id, .trace = head.trace});
  span.open_bytes(2, 8, {.what = patch::kind::span_id, .trace = head.trace, .number = head.number});
  if (head.parent >= 0) {
    span.open_bytes(4, 8,
                    {.what = patch::kind::span_id,
                     .trace = head.trace,
                     .number = static_cast<std::uint64_t>(head.parent)});
  }
  span.text(5, head.name);
  span.varint(6, head.role);
  span.open_fixed64(7, {.what = patch::kind::time, .trace = head.trace, .number = head.start});
  span.open_fixed64(8,
                    {.what = patch::kind::time, .trace = head.trace, .number = head.start + head.duration});
  return span;
}

void message_attributes(patched_message& span, varied& some, std::uint32_t trace,
                        std::string_view operation) {
  attribute(span, "messaging.system", "kafka");
  attribute(span, "messaging.destination.name", "deployment");
  attribute(span, "messaging.operation.type", operation);
  patched_message any;
  any.open_text(1, "0191d2c4-7b1e-7", {.what = patch::kind::message_text, .trace = trace});
  patched_message pair;
  pair.text(1, "messaging.message.id");
  pair.message(2, any);
  span.message(9, pair);
  attribute(span, "messaging.partition", some.number(32));
  attribute(span, "messaging.kafka.offset", some.below(90'000'000));
  attribute(span, "messaging.message.body.size", 200 + some.below(3000));
}

void call_attributes(patched_message& span, varied& some) {
  attribute(span, "thread.id", some.below(64));
  attribute(span, "deployment.id", "dep_" + some.id(12));
  attribute(span, "cloud.region", some.one_of(regions));
}

void database_span(patched_message& scope, varied& some, const span_head& head) {
  patched_message span = begin_span(head);
  const std::string table = some.one_of(tables);
  attribute(span, "db.system.name", "postgresql");
  attribute(span, "db.operation.name", "SELECT");
  attribute(span, "db.collection.name", table);
  attribute(span, "db.query.text", "SELECT * FROM " + table + " WHERE id = $1");
  attribute(span, "server.address", "pg-" + some.number(6) + ".internal");
  attribute(span, "db.rows", some.below(40));
  attribute(span, "thread.id", some.below(64));
  attribute(span, "db.query.key", some.id(8));
  scope.message(2, span);
}

void cluster_span(patched_message& scope, varied& some, const span_head& head) {
  patched_message span = begin_span(head);
  attribute(span, "k8s.namespace.name", "tenant-" + some.number(900));
  attribute(span, "k8s.resource.kind", some.one_of(kinds));
  attribute(span, "k8s.resource.name", "api-" + some.id(6));
  attribute(span, "url.full", "https://k8s/apis/apps/v1/tenant-" + some.number(900));
  attribute(span, "http.response.status_code", 200 + some.below(2));
  call_attributes(span, some);
  scope.message(2, span);
}

void web_spans(patched_message& scope, varied& some, std::uint32_t trace) {
  patched_message root =
      begin_span({trace, 0, -1, "POST /api/deploy", server, 0, 40 * ms + some.below(40 * ms)});
  attribute(root, "http.request.method", "POST");
  attribute(root, "url.path", "/api/deploy");
  attribute(root, "url.query", "environment=" + some.number(5000) + "&ref=" + some.id(7));
  attribute(root, "http.response.status_code", 202);
  attribute(root, "client.address", some.address());
  attribute(root, "user_agent.original", some.one_of(agents));
  attribute(root, "user.id", "usr_" + some.id(10));
  attribute(root, "organization.plan", some.one_of(plans));
  attribute(root, "thread.id", some.below(64));
  scope.message(2, root);
  database_span(
      scope, some,
      {trace, 1, 0, "SELECT environment", client, 2 * ms + some.below(ms), 8 * ms + some.below(8 * ms)});
  patched_message check =
      begin_span({trace, 2, 0, "POST quota", client, 15 * ms + some.below(ms), 3 * ms + some.below(6 * ms)});
  attribute(check, "http.request.method", "POST");
  attribute(check, "url.full", "http://quota:8080/v1/check/" + some.id(8));
  attribute(check, "server.address", "quota");
  attribute(check, "server.port", 8080);
  attribute(check, "http.response.status_code", 200);
  call_attributes(check, some);
  scope.message(2, check);
  patched_message sent =
      begin_span({trace, 3, 0, "send deployment", producer, 26 * ms, 9 * ms + some.below(9 * ms)});
  message_attributes(sent, some, trace, "send");
  attribute(sent, "thread.id", some.below(64));
  scope.message(2, sent);
}

void worker_spans(patched_message& scope, varied& some, std::uint32_t trace) {
  const std::uint64_t start = 35 * ms + queued;
  patched_message taken = begin_span(
      {trace, 4, 3, "process deployment", consumer, start, trace_duration - start - some.below(300 * ms)});
  message_attributes(taken, some, trace, "process");
  attribute(taken, "messaging.consumer.group", "deployers");
  attribute(taken, "messaging.client.id", "worker-" + some.number(40));
  scope.message(2, taken);
  database_span(scope, some,
                {trace, 5, 4, "SELECT deployment", client, start + 5 * ms, 30 * ms + some.below(30 * ms)});
  cluster_span(
      scope, some,
      {trace, 6, 4, "k8s.apply: deployment", client, start + 80 * ms, 2'000 * ms + some.below(1'000 * ms)});
  cluster_span(scope, some,
               {trace, 7, 4, "k8s.wait: service load balancer", internal, start + 3'100 * ms,
                3'000 * ms + some.below(1'500 * ms)});
}

void resource_spans(patched_message& request, varied& some, std::string_view service,
                    const patched_message& spans, std::string_view scope_name) {
  patched_message scope;
  scope.text(1, scope_name);
  scope.text(2, "0.49b0");
  patched_message resource;  // a span's attributes are field 9, a resource's field 1
  const auto add = [&](std::string_view key, std::string_view value) {
    patched_message any;
    any.text(1, value);
    patched_message pair;
    pair.text(1, key);
    pair.message(2, any);
    resource.message(1, pair);
  };
  add("service.name", service);
  add("service.version", "2024.11.3");
  add("deployment.environment.name", "production");
  add("host.name", std::string{service} + "-" + some.id(5));
  add("process.pid", some.number(60'000));
  patched_message group;
  group.message(1, resource);
  patched_message scoped;
  scoped.message(1, scope);
  scoped.append(spans);  // they are fields of ScopeSpans already
  group.message(2, scoped);
  request.message(1, group);
}

}  // namespace

load_body::load_body(std::mt19937_64& random, trace_part part, std::size_t traces) {
  varied some{random};
  patched_message web;
  patched_message worker;
  for (std::size_t i = 0; i < traces; ++i) {
    const auto trace = static_cast<std::uint32_t>(i);
    if (part != trace_part::back) web_spans(web, some, trace);
    if (part != trace_part::front) worker_spans(worker, some, trace);
  }
  if (part != trace_part::back)
    resource_spans(message_, some, "web", web, "opentelemetry.instrumentation.wsgi");
  if (part != trace_part::front)
    resource_spans(message_, some, "worker", worker, "opentelemetry.instrumentation.kafka");
}

void load_body::write(std::string& to, std::uint64_t seed, std::uint64_t first, std::uint64_t begin) const {
  to = message_.bytes();
  for (const patch& one : message_.patches()) {
    const load_identity trace{seed, first + one.trace};
    char* const at = to.data() + one.offset;
    switch (one.what) {
      case patch::kind::trace_id: {
        const auto id = trace.trace_id();
        write_big_endian(id[0], at);
        write_big_endian(id[1], at + 8);
        break;
      }
      case patch::kind::span_id:
        write_big_endian(trace.span_id(one.number), at);
        break;
      case patch::kind::time: {
        const std::uint64_t time = begin + one.number;
        for (unsigned i = 0; i < 8; ++i) at[i] = static_cast<char>(time >> (8 * i));
        break;
      }
      case patch::kind::message_text:
        write_hex(trace.message(), 16, at);
        break;
    }
  }
}

}  // namespace waybill_load
