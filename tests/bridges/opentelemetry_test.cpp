#include "../fakes/test_tracer.hpp"
#include "recording_provider.hpp"

#include <waybill/bridges/opentelemetry/opentelemetry_backend.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace waybill;

namespace {

namespace api = ::opentelemetry;
using span_pointer = api::nostd::shared_ptr<api::trace::Span>;

// OpenTelemetry with an SDK behind it, and the bridge registered.
class bridged {
 public:
  explicit bridged(bool with_sdk = true) {
    if (with_sdk)
      api::trace::Provider::SetTracerProvider(
          api::nostd::shared_ptr<api::trace::TracerProvider>(new recording::provider{spans}));
    register_backend(&backend);
  }
  ~bridged() {
    register_backend(nullptr);
    api::trace::Provider::SetTracerProvider({});
  }

  span_pointer start(const char* name) {
    return api::trace::Provider::GetTracerProvider()->GetTracer("app")->StartSpan(name);
  }
  recording::record named(std::string_view name) { return spans->span_named(name); }

  std::shared_ptr<recording::recorded> spans = std::make_shared<recording::recorded>();
  opentelemetry_backend backend;
};

bool anything_current() {
  return api::trace::GetSpan(api::context::RuntimeContext::GetCurrent())->GetContext().IsValid();
}

const metadata message{{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03"},
                       {"tracestate", "vendor=1,other=a b"},
                       {"baggage", "region=eu,name=Am%C3%A9lie%20P;who=me"}};

}  // namespace

TEST_CASE("OpenTelemetry's current span is what inject writes") {
  bridged sdk;
  CHECK(inject_trace_context().empty());
  const auto span = sdk.start("request");
  const api::trace::Scope scope{span};
  const auto headers = inject_trace_context();
  const auto request = sdk.named("request");
  CHECK(headers.at("traceparent") == "00-" + request.trace_id() + "-" + request.span_id() + "-01");
  CHECK(headers.at("sentry-trace") == request.trace_id() + "-" + request.span_id() + "-1");
  CHECK(headers.at("waybill").find(";p=" + request.span_id()) != std::string::npos);
}

TEST_CASE(
    "baggage that the application set through OpenTelemetry is written, with spaces that all can read") {
  bridged sdk;
  const api::trace::Scope scope{sdk.start("request")};
  auto around = api::context::RuntimeContext::GetCurrent();
  const auto token = api::context::RuntimeContext::Attach(
      api::baggage::SetBaggage(around, api::baggage::GetBaggage(around)->Set("who", "a b+c")));
  CHECK(inject_trace_context().at("baggage") == "who=a%20b%2Bc");
}

TEST_CASE("a task is a span of OpenTelemetry's: child of the sender, with attributes of their types") {
  bridged sdk;
  with_task_logging(message, {.kind = "deployment", .action = "deploy"}, [&](task& running) {
    running.set("text", "a");
    running.set("number", 1.5);
    running.set("integer", -3);
    running.set("flag", true);
    running.set("huge", ~std::uint64_t{0});
    const attribute_value words[] = {"a", "b"};
    running.set("words", attribute_value::list(words, 2));
    const attribute_value mixed[] = {"a", 1};
    running.set("mixed", attribute_value::list(mixed, 2));
    running.set("group", {{"inner", 1}, {"deep", {{"er", "x"}}}});
    CHECK(sdk.named("task:deployment/deploy").ends == 0);
  });
  const auto task = sdk.named("task:deployment/deploy");
  CHECK(task.ends == 1);
  CHECK(task.trace_id() == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(task.parent_id() == "00f067aa0ba902b7");
  CHECK(task.parent.IsRemote());
  CHECK(task.parent.trace_flags().flags() == 3);
  CHECK(task.parent.trace_state()->ToHeader() == "vendor=1,other=a b");
  CHECK(task.kind == api::trace::SpanKind::kConsumer);
  CHECK(task.start > 1'600'000'000'000'000'000);
  const recording::attributes expected{{"text", "a"},
                                       {"number", "double 1.500000"},
                                       {"integer", "-3"},
                                       {"flag", "true"},
                                       {"words", "[a,b]"},
                                       {"huge", "18446744073709551615"},
                                       {"group.inner", "1"},
                                       {"group.deep.er", "x"},
                                       {"sentry.op", "queue.task"},
                                       {"messaging.operation.type", "process"}};
  for (const auto& [key, value] : expected) {
    CAPTURE(key);
    REQUIRE(task.with.contains(key));
    CHECK(task.with.at(key) == value);
  }
  CHECK(!task.with.contains("mixed"));
}

TEST_CASE("the wait is a span of OpenTelemetry's, too: under the sender's, with its own times") {
  bridged sdk;
  auto stamped = message;
  stamped["waybill"] = "s=" + std::to_string(wall_now() / 1'000'000 - 5'000);
  with_task_logging(stamped, {.kind = "deployment", .action = "deploy"}, [](task&) {});
  const auto task = sdk.named("task:deployment/deploy");
  const auto wait = sdk.named("queued");
  CHECK(wait.ends == 1);
  CHECK(wait.trace_id() == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(wait.parent_id() == "00f067aa0ba902b7");
  CHECK(wait.with.at("waybill.span") == "queue_wait");
  CHECK(wait.with.at("waybill.wait.for_span") == task.span_id());
  CHECK(task.start - wait.start >= 5'000'000'000);
  CHECK(steady_now() - wait.end_steady < 4'000'000'000);

  with_task_logging(message, {.kind = "deployment", .action = "again"}, [](auto&) {});
  CHECK(std::ranges::count(sdk.spans->spans, "queued", [](const auto& span) { return span->name; }) == 1);
}

TEST_CASE("inside a task OpenTelemetry continues from it, and the task's span is the one that is current") {
  bridged sdk;
  with_task_logging(message, "deployment", "deploy", [&] {
    sdk.start("query")->End();
    api::trace::GetSpan(api::context::RuntimeContext::GetCurrent())->SetAttribute("set.by.app", true);
    { auto ours = start_span("ours"); }
  });
  const auto task = sdk.named("task:deployment/deploy");
  CHECK(sdk.named("query").parent_id() == task.span_id());
  CHECK(!sdk.named("query").parent.IsRemote());
  CHECK(sdk.named("ours").parent_id() == task.span_id());
  CHECK(sdk.named("ours").ends == 1);
  CHECK(task.with.at("set.by.app") == "true");
  CHECK(!anything_current());
}

TEST_CASE("spans nest through both, whoever starts them") {
  bridged sdk;
  {
    const auto outer = start_span("outer");
    const auto theirs = sdk.start("theirs");
    const api::trace::Scope scope{theirs};
    {
      const auto inner = start_span("inner");
      sdk.start("innermost")->End();
    }
    sdk.start("after")->End();
  }
  CHECK(sdk.named("outer").parent_id().empty());
  CHECK(sdk.named("theirs").parent_id() == sdk.named("outer").span_id());
  CHECK(sdk.named("inner").parent_id() == sdk.named("theirs").span_id());
  CHECK(sdk.named("innermost").parent_id() == sdk.named("inner").span_id());
  CHECK(sdk.named("after").parent_id() == sdk.named("theirs").span_id());
  CHECK(!anything_current());
}

TEST_CASE("baggage and tracestate go through OpenTelemetry as they came") {
  bridged sdk;
  metadata outside, inside, elsewhere;
  const metadata from_sentry{{"sentry-trace", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"},
                             {"baggage",
                              "sentry-trace_id=4bf92f3577b34da6a3ce929d0e0e4736,sentry-transaction=POST%20%"
                              "2Fapi,sentry-sample_rand=0.25"}};
  extract_trace_context(message, [&] {
    const auto span = sdk.start("theirs");
    const api::trace::Scope scope{span};
    inject_trace_context(inside);
    // Also where OpenTelemetry's own context went to another thread.
    const auto theirs = api::context::RuntimeContext::GetCurrent();
    std::thread{[&] {
      const auto token = api::context::RuntimeContext::Attach(theirs);
      inject_trace_context(elsewhere);
    }}.join();
  });
  extract_trace_context(from_sentry, [&] {
    const api::trace::Scope scope{sdk.start("for sentry")};
    inject_trace_context(outside);
    CHECK(find_ambient().context->sentry_frozen());
  });
  for (const auto& headers : {inside, elsewhere}) {
    CHECK(headers.at("baggage") == message.at("baggage"));
    CHECK(headers.at("tracestate") == message.at("tracestate"));
    CHECK(headers.at("traceparent").substr(36, 16) == sdk.named("theirs").span_id());
  }
  CHECK(outside.at("baggage") == from_sentry.at("baggage"));
}

TEST_CASE("a message without headers: what OpenTelemetry starts is a root, whatever is current around") {
  bridged sdk;
  const api::trace::Scope scope{sdk.start("around")};
  extract_trace_context(metadata{}, [&] {
    CHECK(!anything_current());
    sdk.start("inside")->End();
  });
  CHECK(sdk.named("inside").parent_id().empty());
  CHECK(sdk.named("inside").trace_id() != sdk.named("around").trace_id());
  CHECK(anything_current());
}

TEST_CASE(
    "an undecided sender is kept by OpenTelemetry, and sampled by waybill's rate where waybill was started") {
  const metadata undecided{{"sentry-trace", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7"}};
  const auto sampled = [&] {
    bridged sdk;
    extract_trace_context(undecided, [&] { sdk.start("inside")->End(); });
    return sdk.named("inside").parent.IsSampled();
  };
  CHECK(sampled());
  const fakes::test_tracer none{{.sampling = sampler{0}}};
  CHECK(!sampled());
}

TEST_CASE("a task that fails: status, error.type and the exception as an event") {
  bridged sdk;
  CHECK_THROWS_AS(
      with_task_logging(message, "deployment", "deploy", [] { throw std::runtime_error{"no pods"}; }),
      std::runtime_error);
  const auto task = sdk.named("task:deployment/deploy");
  CHECK(task.error == "no pods");
  CHECK(task.with.at("error.type") == "std::runtime_error");
  REQUIRE(task.events.size() == 1);
  CHECK(task.events[0].name == "exception");
  CHECK(task.events[0].with.at("exception.message") == "no pods");
  CHECK(task.ends == 1);
  CHECK(!anything_current());
}

TEST_CASE("a task that is linked to its sender: a root with a link, whatever is current around it") {
  bridged sdk;
  const api::trace::Scope scope{sdk.start("poll")};
  with_task_logging(message, {.kind = "report", .action = "monthly"}, [] {},
                    {.relation = {.always = relation::link}});
  const auto task = sdk.named("task:report/monthly");
  CHECK(task.parent_id().empty());
  CHECK(task.links == std::vector<std::string>{"00f067aa0ba902b7"});
}

TEST_CASE("a link that comes later: a link where the ABI has that, else an event") {
  bridged sdk;
  const trace_context other{{.trace = trace_id::make(), .span = span_id::make()}};
  {
    auto span = start_span("batch");
    span.add_link(other, {{"n", 1}});
  }
  const auto batch = sdk.named("batch");
  const auto id = other.ids().span->to_hex();
#if OPENTELEMETRY_ABI_VERSION_NO >= 2
  CHECK(batch.links == std::vector{id});
#else
  REQUIRE(batch.events.size() == 1);
  CHECK(batch.events[0].name == "waybill.link");
  CHECK(batch.events[0].with ==
        recording::attributes{{"trace_id", other.ids().trace.to_hex()}, {"span_id", id}, {"n", "1"}});
#endif
}

TEST_CASE("a span that is ended at a given time says so on OpenTelemetry's clock") {
  bridged sdk;
  auto span = start_detached_span("wait", {.start = wall_now() - 5'000'000'000});
  span.end_at(wall_now() - 2'000'000'000);
  const auto age = steady_now() - sdk.named("wait").end_steady;
  CHECK(age > 1'900'000'000);
  CHECK(age < 60'000'000'000);
}

TEST_CASE("without an SDK behind the API, spans are waybill's own and OpenTelemetry carries them") {
  const fakes::test_tracer tracer;
  bridged sdk{false};
  std::string seen;
  with_task_logging(message, "deployment", "deploy", [&] {
    seen = recording::hex(
        api::trace::GetSpan(api::context::RuntimeContext::GetCurrent())->GetContext().span_id());
  });
  CHECK(tracer->span_named("task:deployment/deploy")->span.to_hex() == seen);
  CHECK(!anything_current());
}

TEST_CASE("tokens in the wrong order do no harm") {
  bridged sdk;
  SUBCASE("the application detaches an outer one inside the task: ours goes with it, and the rest is right") {
    auto token = api::context::RuntimeContext::Attach(
        api::context::RuntimeContext::GetCurrent().SetValue("app", true));
    with_task_logging(message, "deployment", "deploy", [&] {
      token.reset();
      CHECK(inject_trace_context().at("traceparent").substr(36, 16) ==
            sdk.named("task:deployment/deploy").span_id());
    });
  }
  SUBCASE("the application never detaches an inner one: it goes with ours") {
    api::nostd::unique_ptr<api::context::Token> kept;
    with_task_logging(message, "deployment", "deploy", [&] {
      auto around = api::context::RuntimeContext::GetCurrent();
      kept = api::context::RuntimeContext::Attach(api::trace::SetSpan(around, sdk.start("left open")));
    });
    CHECK(!anything_current());
  }
  CHECK(!anything_current());
  CHECK(inject_trace_context().empty());
}

TEST_CASE("a scope that ends on another thread is no longer current on the first one") {
  bridged sdk;
  const api::trace::Scope scope{sdk.start("request")};
  auto entered = sdk.backend.enter(trace_context{{.trace = trace_id::make(), .span = span_id::make()}});
  CHECK(recording::hex(
            api::trace::GetSpan(api::context::RuntimeContext::GetCurrent())->GetContext().span_id()) !=
        sdk.named("request").span_id());
  std::thread{[&] { entered.reset(); }}.join();
  sdk.start("later")->End();
  CHECK(sdk.named("later").parent_id() == sdk.named("request").span_id());
  CHECK(sdk.backend.current()->ids().span->to_hex() == sdk.named("request").span_id());
}

TEST_CASE("two threads run tasks at once, each under its own span") {
  bridged sdk;
  const auto work = [&](const std::string& kind) {
    for (int i = 0; i < 50; ++i) {
      const std::string action = std::to_string(i);
      with_task_logging(message, kind, action, [&] { sdk.start((kind + action).c_str())->End(); });
    }
  };
  std::thread one{work, "one"};
  std::thread two{work, "two"};
  one.join();
  two.join();
  for (const std::string kind : {"one", "two"}) {
    for (int i = 0; i < 50; ++i) {
      const auto name = std::to_string(i);
      CHECK(sdk.named(kind + name).parent_id() == sdk.named("task:" + kind + "/" + name).span_id());
    }
  }
}

TEST_CASE("bound work on another thread hangs under the span that was current") {
  bridged sdk;
  with_task_logging(message, "deployment", "deploy",
                    [&] { std::thread{bind([&] { sdk.start("on a thread")->End(); })}.join(); });
  CHECK(sdk.named("on a thread").parent_id() == sdk.named("task:deployment/deploy").span_id());
}
