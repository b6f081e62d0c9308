// Neither SDK, one, the other, both: the same program, the same trace.
#include "../fakes/test_tracer.hpp"
#include "recording_provider.hpp"

#include <waybill/bridges/opentelemetry/opentelemetry_backend.hpp>
#include <waybill/bridges/sentry_native/sentry_native_backend.hpp>
#include <waybill/tracing/combined_backend.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace waybill;

namespace {

namespace api = ::opentelemetry;

std::string envelopes;
void collect(sentry_envelope_t* envelope, void*) {
  std::size_t size = 0;
  char* const text = sentry_envelope_serialize(envelope, &size);
  envelopes.append(text, size);
  sentry_free(text);
  sentry_envelope_free(envelope);
}

class process {
 public:
  process(bool with_opentelemetry, bool with_sentry) {
    envelopes.clear();
    api::trace::Provider::SetTracerProvider(
        api::nostd::shared_ptr<api::trace::TracerProvider>(new recording::provider{spans}));
    auto* const options = sentry_options_new();
    sentry_options_set_dsn(options, "http://key@127.0.0.1:1/1");
    sentry_options_set_traces_sample_rate(options, 1.0);
    sentry_options_set_transport(options, sentry_transport_new(collect));
    sentry_init(options);
    if (with_opentelemetry && with_sentry) {
      register_backend(&both);
    } else if (with_opentelemetry) {
      register_backend(&opentelemetry);
    } else if (with_sentry) {
      register_backend(&sentry);
    }
  }
  ~process() {
    register_backend(nullptr);
    sentry_close();
    api::trace::Provider::SetTracerProvider({});
  }

  std::shared_ptr<recording::recorded> spans = std::make_shared<recording::recorded>();
  opentelemetry_backend opentelemetry;
  sentry_native_backend sentry{{.public_key = "key", .sample_rate = 1.0}};
  combined_backend both{opentelemetry, sentry};
};

const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const metadata message{
    {"traceparent", "00-" + trace + "-00f067aa0ba902b7-01"},
    {"sentry-trace", trace + "-00f067aa0ba902b7-1"},
    {"baggage", "sentry-trace_id=" + trace + ",sentry-public_key=theirs,sentry-sample_rand=0.25,region=eu"}};

}  // namespace

TEST_CASE("neither, one, the other, both: the trace goes on, and the spans are whose they should be") {
  struct row {
    bool opentelemetry, sentry;
    const char* who;
  };
  for (const row& one : {row{false, false, "waybill"}, row{true, false, "opentelemetry"},
                         row{false, true, "sentry"}, row{true, true, "opentelemetry"}}) {
    CAPTURE(one.opentelemetry);
    CAPTURE(one.sentry);
    const fakes::test_tracer tracer;
    process running{one.opentelemetry, one.sentry};
    metadata sent;
    std::string task_span;
    with_task_logging(message, {.kind = "deployment", .action = "deploy"}, [&](task& task) {
      task_span = task.context().ids().span->to_hex();
      const auto span = start_span("inside");
      inject_trace_context(sent);
    });
    CHECK(sent.at("traceparent").substr(3, 32) == trace);
    CHECK(sent.at("sentry-trace").substr(0, 49) == trace + "-" + sent.at("traceparent").substr(36, 16));
    CHECK(sent.at("baggage") == message.at("baggage"));
    CHECK(inject_trace_context().empty());

    const std::string who = one.who;
    CHECK((tracer->span_named("task:deployment/deploy") != nullptr) == (who == "waybill"));
    CHECK((running.spans->span_named("task:deployment/deploy").ends == 1) == (who == "opentelemetry"));
    CHECK((envelopes.find("\"op\":\"queue.process\"") != std::string::npos) == (who == "sentry"));
    if (who == "opentelemetry") CHECK(running.spans->span_named("inside").parent_id() == task_span);
  }
}

TEST_CASE("with both, what the application starts in either continues from the task, and waybill from that") {
  process running{true, true};
  with_task_logging(message, {.kind = "deployment", .action = "deploy"}, [&](task& task) {
    const auto task_span = task.context().ids().span->to_hex();
    {
      auto* const theirs = sentry_transaction_context_new("inside", "function");
      sentry_transaction_context_update_from_header(theirs, "sentry-trace",
                                                    inject_trace_context().at("sentry-trace").c_str());
      auto* const transaction = sentry_transaction_start(theirs, sentry_value_new_null());
      const auto entered = running.sentry.enter(transaction);
      CHECK(inject_trace_context().at("sentry-trace").substr(33, 16) ==
            running.sentry.current()->ids().span->to_hex());
      sentry_transaction_finish(transaction);
    }
    CHECK(envelopes.find("\"parent_span_id\":\"" + task_span + "\"") != std::string::npos);
    const auto span = api::trace::Provider::GetTracerProvider()->GetTracer("app")->StartSpan("theirs");
    const api::trace::Scope scope{span};
    CHECK(inject_trace_context().at("traceparent").substr(36, 16) ==
          running.spans->span_named("theirs").span_id());
    CHECK(running.spans->span_named("theirs").parent_id() == task_span);
  });
}
