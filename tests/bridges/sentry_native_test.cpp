#include <waybill/bridges/sentry_native/sentry_native_backend.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace waybill;

namespace {

std::mutex sending;
std::vector<std::string> sent;
bool transport_makes_spans = false;

void collect(sentry_envelope_t* envelope, void*) {
  if (transport_makes_spans) {
    const auto span = start_span("POST /envelope");
    inject_trace_context();
  }
  std::size_t size = 0;
  char* const text = sentry_envelope_serialize(envelope, &size);
  {
    const std::lock_guard lock{sending};
    sent.emplace_back(text, size);
  }
  sentry_free(text);
  sentry_envelope_free(envelope);
}

// The SDK as an application starts it, and the bridge.
class bridged {
 public:
  explicit bridged(sentry_native_options options = {.public_key = "key",
                                                    .release = "web@1",
                                                    .environment = "test",
                                                    .sample_rate = 1.0},
                   bool started = true)
      : backend(options) {
    sent.clear();
    if (started) {
      auto* const theirs = sentry_options_new();
      sentry_options_set_dsn(theirs, "http://key@127.0.0.1:1/1");
      sentry_options_set_database_path(theirs, ".sentry-native-test");
      sentry_options_set_release(theirs, "web@1");
      if (options.sample_rate) sentry_options_set_traces_sample_rate(theirs, *options.sample_rate);
      sentry_options_set_transport(theirs, sentry_transport_new(collect));
      sentry_init(theirs);
    }
    register_backend(&backend);
  }
  ~bridged() {
    register_backend(nullptr);
    sentry_close();
  }

  // The envelope of the transaction with that name; empty when none was sent.
  std::string transaction(const std::string& name) const {
    const std::lock_guard lock{sending};
    for (const auto& one : sent) {
      if (one.find("\"transaction\":\"" + name + "\"") != std::string::npos) return one;
    }
    return {};
  }

  sentry_native_backend backend;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string frozen =
    "sentry-trace_id=" + trace + ",sentry-public_key=theirs,sentry-release=api%402,sentry-sample_rand=0.25";
const metadata message{{"sentry-trace", trace + "-00f067aa0ba902b7-1"}, {"baggage", frozen + ",region=eu"}};

std::string span_of(const metadata& headers) {
  return headers.at("sentry-trace").substr(33, 16);
}

}  // namespace

TEST_CASE("a task is a transaction with op queue.process that continues the sender's trace") {
  bridged sdk;
  std::string task_span;
  with_task_logging(message, {.kind = "deployment", .action = "deploy"}, [&](task& running) {
    running.set("answer", 42);
    running.set("large", std::int64_t{1} << 40);
    running.set("words", {{"inner", "x"}});
    task_span = span_of(inject_trace_context());
  });
  const auto envelope = sdk.transaction("task:deployment/deploy");
  CHECK(has(envelope, "\"op\":\"queue.process\""));
  CHECK(has(envelope, "\"trace_id\":\"" + trace + "\""));
  CHECK(has(envelope, "\"parent_span_id\":\"00f067aa0ba902b7\""));
  CHECK(has(envelope, "\"span_id\":\"" + task_span + "\""));
  CHECK(has(envelope, "\"answer\":42"));
  CHECK(has(envelope, "\"large\":1099511627776"));
  CHECK(has(envelope, "\"words\":{\"inner\":\"x\"}"));
}

TEST_CASE("spans inside a task are the transaction's, nested, whoever's thread they are on") {
  bridged sdk;
  std::string outer_span, inner_span, bound_span;
  with_task_logging(message, "deployment", "deploy", [&] {
    const auto outer = start_span("outer", {.op = "k8s"});
    outer_span = span_of(inject_trace_context());
    {
      const auto inner = start_span("inner");
      inner_span = span_of(inject_trace_context());
    }
    std::thread{bind([&] {
      const auto bound = start_span("bound");
      bound_span = span_of(inject_trace_context());
    })}.join();
  });
  const auto envelope = sdk.transaction("task:deployment/deploy");
  const std::size_t spans = envelope.find("\"spans\":[");
  REQUIRE(spans != std::string::npos);
  for (const auto& id : {outer_span, inner_span, bound_span})
    CHECK(has(envelope, "\"span_id\":\"" + id + "\""));
  CHECK(has(envelope, "\"parent_span_id\":\"" + outer_span + "\""));
  CHECK(has(envelope, "\"op\":\"k8s\""));
  CHECK(sent.size() == 1);
}

TEST_CASE("every context keeps its own description of the trace, however many are open in the process") {
  bridged sdk;
  const std::string other = "0af7651916cd43dd8448eb211c80319c";
  const metadata second{
      {"sentry-trace", other + "-b7ad6b7169203331-1"},
      {"baggage", "sentry-trace_id=" + other + ",sentry-public_key=others,sentry-sample_rand=0.75"}};
  const metadata undescribed{{"sentry-trace", other + "-b7ad6b7169203331-1"}};
  metadata sent_first, sent_second, sent_head, sent_undescribed;
  with_task_logging(message, "first", "a", [&] {
    with_task_logging(second, "second", "b", [&] { inject_trace_context(sent_second); });
    inject_trace_context(sent_first);
  });
  {
    const auto head = start_span("POST /api");
    inject_trace_context(sent_head);
  }
  with_task_logging(undescribed, "third", "c", [&] { inject_trace_context(sent_undescribed); });
  CHECK(sent_first.at("baggage") == message.at("baggage"));
  CHECK(sent_second.at("baggage") == second.at("baggage"));
  const auto& own = sent_head.at("baggage");
  for (const std::string member :
       {"sentry-public_key=key", "sentry-release=web%401", "sentry-environment=test",
        "sentry-transaction=POST%20%2Fapi", "sentry-sampled=true"}) {
    CAPTURE(member);
    CHECK(has(own, member));
  }
  CHECK(has(own, "sentry-trace_id=" + sent_head.at("sentry-trace").substr(0, 32)));
  CHECK(!has(own, "theirs"));
  CHECK_MESSAGE(!sent_undescribed.contains("baggage"), "what came without a description stays without one");
}

TEST_CASE("what nobody has decided on") {
  struct row {
    const char* header;
    std::optional<double> rate;
    const char* written;
    const char* why;
  };
  const row rows[] = {
      {"-1", {}, "-1", "decided upstream"},
      {"-0", 1.0, "-0", "decided upstream, against our rate"},
      {"", 1.0, "-1", "open, and the SDK decides"},
      {"", {}, "", "open, and the SDK samples nothing: it stays open, instead of switching the others off"},
  };
  for (const auto& one : rows) {
    CAPTURE(one.why);
    bridged sdk{{.sample_rate = one.rate}};
    std::string written;
    with_task_logging(metadata{{"sentry-trace", trace + "-00f067aa0ba902b7" + one.header}}, "a", "b",
                      [&] { written = inject_trace_context().at("sentry-trace"); });
    CHECK(written.substr(49) == one.written);
  }
}

TEST_CASE("a task that fails says so") {
  bridged sdk;
  CHECK_THROWS(
      with_task_logging(message, "deployment", "deploy", [] { throw std::runtime_error{"no pods"}; }));
  const auto envelope = sdk.transaction("task:deployment/deploy");
  CHECK(has(envelope, "\"status\":\"internal_error\""));
  CHECK(has(envelope, "\"error.type\":\"std::runtime_error\""));
}

TEST_CASE("the application's own transaction is made current, and waybill's spans are its children") {
  bridged sdk;
  auto* const transaction = sentry_transaction_start(
      sentry_transaction_context_new("POST /api", "http.server"), sentry_value_new_null());
  std::string inside, request;
  {
    const auto scope = sdk.backend.enter(transaction);
    request = span_of(inject_trace_context());
    const auto span = start_span("send", {.kind = span_kind::producer});
    inside = span_of(inject_trace_context());
  }
  CHECK(inject_trace_context().empty());
  sentry_transaction_finish(transaction);
  const auto envelope = sdk.transaction("POST /api");
  CHECK(has(envelope, "\"parent_span_id\":\"" + request + "\""));
  CHECK(has(envelope, "\"span_id\":\"" + inside + "\""));
  CHECK(has(envelope, "\"op\":\"queue.publish\""));
}

TEST_CASE("scopes that are left in another order, or on another thread, leave nothing behind") {
  bridged sdk;
  const auto context = [] { return trace_context{{.trace = trace_id::make(), .span = span_id::make()}}; };
  const auto around = context();
  auto outermost = sdk.backend.enter(around);
  auto outer = sdk.backend.enter(context());
  auto inner = sdk.backend.enter(context());
  outer.reset();
  CHECK(sdk.backend.current()->ids().span != around.ids().span);
  std::thread{[&] { inner.reset(); }}.join();
  CHECK(sdk.backend.current()->ids() == around.ids());
  outermost.reset();
  CHECK(!sdk.backend.current());
}

TEST_CASE("a context that outlives its span, and a task on two threads at once") {
  bridged sdk;
  captured_context late;
  with_task_logging(message, "deployment", "deploy", [&] { late = capture(); });
  late.run([] { const auto span = start_span("later"); });
  CHECK(has(sdk.transaction("later"), "\"trace_id\":\"" + trace + "\""));

  const auto work = [] {
    for (int i = 0; i < 50; ++i) {
      with_task_logging(message, "busy", "task", [] {
        const auto span = start_span("inside");
        CHECK(inject_trace_context().at("baggage") == message.at("baggage"));
      });
    }
  };
  std::thread one{work};
  std::thread two{work};
  one.join();
  two.join();
}

TEST_CASE("a transport that makes spans of its own while it sends stops nothing, and is not sent itself") {
  bridged sdk;
  transport_makes_spans = true;
  with_task_logging(message, "deployment", "deploy", [] {});
  transport_makes_spans = false;
  CHECK(sent.size() == 1);
}

TEST_CASE("without sentry_init nothing is sent, and the trace goes on all the same") {
  bridged sdk{{}, false};
  std::string written;
  with_task_logging(message, "a", "b", [&] { written = inject_trace_context().at("sentry-trace"); });
  CHECK(written.substr(0, 32) == trace);
  CHECK(sent.empty());
}

TEST_CASE("where it is asked to, the SDK's scope is told what is current") {
  bridged sdk{{.sample_rate = 1.0, .use_scope = true}};
  with_task_logging(message, "deployment", "deploy", [&] {
    { const auto span = start_span("inside"); }
    const auto after = start_span("after");
  });
  CHECK(!sdk.transaction("task:deployment/deploy").empty());
}
