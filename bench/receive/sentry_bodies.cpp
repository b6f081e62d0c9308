#include "sentry_bodies.hpp"

#include <cstdio>

namespace waybill_load {
namespace {

constexpr std::uint64_t ms = 1'000'000;
constexpr std::uint64_t taken = 30'235 * ms;  // when the worker begins
constexpr std::size_t seconds_size = 20;      // 1795504545.123456789

std::size_t size_of(char what) noexcept {
  return what == 't' ? 32 : what == 's' ? 16 : seconds_size;
}

std::string varied(std::mt19937_64& random) {
  return hex(random());
}

}  // namespace

void sentry_body::open(char what, std::uint64_t number) {
  gaps_.push_back({text_.size(), what, number});
  text_.append(size_of(what), '0');
}

void sentry_body::open_times(std::uint64_t start, std::uint64_t duration) {
  add(R"("start_timestamp":)");
  open('n', start);
  add(R"(,"timestamp":)");
  open('n', start + duration);
}

void sentry_body::add_span(std::mt19937_64& random, unsigned span, unsigned parent, std::string_view op,
                           std::uint64_t start, std::uint64_t duration) {
  add(R"({"trace_id":")");
  open('t', 0);
  add(R"(","span_id":")");
  open('s', span);
  add(R"(","parent_span_id":")");
  open('s', parent);
  add(R"(","same_process_as_parent":true,"op":")");
  add(op);
  add(R"(","description":"SELECT * FROM deployment WHERE id = $1","origin":"auto.db.postgres","status":"ok",)");
  open_times(start, duration);
  add(R"(,"tags":{"db.operation":"SELECT"},"data":{"thread.id":"140483108685504","thread.name":"worker","db.key":")");
  add(varied(random));
  add(R"(","messaging.system":"kafka","messaging.destination.name":"deployment","server.port":5432}})");
}

sentry_body::sentry_body(std::mt19937_64& random, trace_part part) {
  const bool front = part == trace_part::front;
  const unsigned root = front ? 0 : 4;
  const std::uint64_t start = front ? 0 : taken;
  const std::uint64_t duration = front ? 60 * ms : 8'000 * ms;
  add(R"({"event_id":")");
  open('t', 0);
  add(R"(","sent_at":"2026-11-24T07:06:16.359039Z","trace":{"trace_id":")");
  open('t', 0);
  add(R"(","sample_rand":"0.403855","environment":"production","release":"shop@1.4.2","public_key":"k","transaction":"POST /api/deploy","sample_rate":"1.0","sampled":"true"}})");
  add("\n{\"type\":\"transaction\",\"content_type\":\"application/json\"}\n");
  add(R"({"type":"transaction","transaction":")");
  add(front ? "POST /api/deploy" : "process deployment");
  add(R"(","transaction_info":{"source":"route"},"contexts":{"trace":{"trace_id":")");
  open('t', 0);
  add(R"(","span_id":")");
  open('s', root);
  add(R"(","parent_span_id":)");
  if (front) {
    add("null");
  } else {
    add("\"");
    open('s', 3);
    add("\"");
  }
  add(front ? R"(,"op":"http.server")" : R"(,"op":"queue.process")");
  add(R"(,"origin":"auto.http.flask","status":"ok","data":{"thread.id":"140483108685504","user.key":")");
  add(varied(random));
  add(R"("}},"runtime":{"name":"CPython","version":"3.11.7"}},"tags":{"http.status_code":"202"},)");
  open_times(start, duration);
  add(R"(,"spans":[)");
  for (unsigned i = 1; i <= 3; ++i) {
    if (i > 1) add(",");
    const std::string_view op = front && i == 3 ? "queue.publish" : "db";
    add_span(random, root + i, root, op, start + i * 5 * ms, 4 * ms);
  }
  add(R"(],"event_id":")");
  open('t', 0);
  add(R"(","release":"shop@1.4.2","environment":"production","server_name":")");
  add(front ? "web-1" : "worker-1");
  add(R"(","sdk":{"name":"sentry.python.flask","version":"2.75.0","packages":[{"name":"pypi:sentry-sdk","version":"2.75.0"}],"integrations":["argv","atexit","celery","dedupe","flask","logging","redis","rq","stdlib","threading"]},"platform":"python"})");
  add("\n");
}

void sentry_body::write(std::string& to, std::uint64_t seed, std::uint64_t number,
                        std::uint64_t begin) const {
  to = text_;
  const load_identity trace{seed, number};
  for (const auto& [offset, what, which] : gaps_) {
    char* const at = to.data() + offset;
    if (what == 't') {
      write_hex(trace.trace_id()[0], 16, at);
      write_hex(trace.trace_id()[1], 16, at + 16);
    } else if (what == 's') {
      write_hex(trace.span_id(which), 16, at);
    } else {
      const std::uint64_t time = begin + which;
      char text[seconds_size + 12];
      std::snprintf(text, sizeof text, "%010llu.%09llu",
                    static_cast<unsigned long long>(time / 1'000'000'000),
                    static_cast<unsigned long long>(time % 1'000'000'000));
      to.replace(offset, seconds_size, text, seconds_size);
    }
  }
}

}  // namespace waybill_load
