// Every C++ block of README.md and docs/ that is not a whole program of its own stands here, and is run. papers_test.cmake
// holds the papers against this text, line by line.
#include "../fakes/message.hpp"
#include "../fakes/test_tracer.hpp"

#include <waybill/carrier/json_object_carrier.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>
#include <waybill/start.hpp>
#include <waybill/task/with_batch_logging.hpp>
#include <waybill/tracing/process_sentry.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

// README.md: a queue of the reader's own
struct job {
  std::string body;
  waybill::metadata headers;
  std::uint32_t deliveries = 1;

  const waybill::metadata& additional_metadata() const { return headers; }  // required
  waybill::message_info message_info() const {                              // optional: what the queue says
    return {.system = "my_queue", .queue = "deployment", .attempt = deliveries};
  }
};

// docs/wire.md: a carrier of the reader's own
class message_properties {
 public:
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const auto& [name, value] : entries_) visit(name, value);
  }
  void set(std::string_view name, std::string_view value) { entries_[std::string{name}] = value; }
  void remove(std::string_view name) { entries_.erase(std::string{name}); }

 private:
  std::map<std::string, std::string> entries_;
};
static_assert(waybill::carrier<message_properties>);

// docs/wait.md: times of a broker
struct broker_delivery {
  waybill::metadata headers;
  std::int64_t stored_ms = 0;  // the broker's own stamp
  std::uint32_t delivery_count = 1;

  const waybill::metadata& additional_metadata() const { return headers; }
  waybill::message_info message_info() const {
    return {
        .system = "my_broker",
        .queue = "deployment",
        .attempt = delivery_count,
        .enqueued = stored_ms * 1'000'000,
        .clock = waybill::clock_origin::broker,
    };
  }
};

struct quota {
  bool exceeded = true;
};

void deploy_environment(const std::string&) {}

}  // namespace

TEST_CASE("README: a message type of one's own is worked on in its sender's trace") {
  const waybill::fakes::test_tracer tracer;
  job received;
  received.body = "dep_4711";
  std::string trace;
  {
    auto request = waybill::start_span("POST /api/deploy");
    waybill::inject_trace_context(received.headers);
    trace = request.context()->ids().trace.to_hex();
  }
  waybill::with_task_logging(received, "deployment", "deploy", [&](waybill::task& task) {
    task.event.set("deploymentId", received.body);
    deploy_environment(received.body);
  });
  CHECK(tracer->span_named("task:deployment/deploy")->trace.to_hex() == trace);
  CHECK(find_attribute(tracer->event_named("waybill.task")->attributes, "messaging.system").as_text() ==
        "my_queue");
}

TEST_CASE("README: work that goes on elsewhere keeps its trace") {
  const waybill::fakes::test_tracer tracer;
  auto request = waybill::start_span("POST /api/deploy");
  const auto trace = request.context()->ids().trace;

  std::thread thread{waybill::bind([] {
    auto span = waybill::start_span("resize image");  // a child of what was current where bind was called
  })};
  thread.join();

  job received;
  waybill::inject_trace_context(received.headers);
  auto task = waybill::start_task(received, "deployment", "deploy");  // movable: for callbacks and coroutines
  waybill::resume_in(task, [&] { auto span = waybill::start_span("k8s.apply: deployment"); });
  task->event.set("replicas", 3);
  task.end();

  CHECK(tracer->span_named("resize image")->trace == trace);
  CHECK(tracer->span_named("k8s.apply: deployment")->parent ==
        tracer->span_named("task:deployment/deploy")->span);
}

TEST_CASE("docs/events: values are typed, grouped, counted and timed") {
  const waybill::fakes::test_tracer tracer;
  const waybill::metadata message;
  const std::string deployment_id = "dep_4711";
  const std::optional<int> replicas;
  waybill::with_task_logging(message, "deployment", "deploy", [&](waybill::task& task) {
    task.event.set({{"deploymentId", deployment_id}, {"strategy", "rolling"}, {"dryRun", false}});
    task.event.set("replicas", replicas);  // an empty optional is left out
    task.event.set("image", {{"repository", "acme/web"}, {"tag", "v42"}});
    task.event.count("podsRestarted");
    task.event.count("podsRestarted", 2);
    {
      auto timer = task.event.time("apply");  // adds to apply_ms when it ends
      deploy_environment(deployment_id);
    }
    task.event.set("apiToken", "t0p s3cret");  // leaves as [redacted]
  });
  const auto attributes = tracer->event_named("waybill.task")->attributes;
  CHECK(find_attribute(attributes, "deploymentId").as_text() == "dep_4711");
  CHECK(find_attribute(attributes, "replicas").is_absent());
  CHECK(find_attribute(attributes, "image").size() == 2);
  CHECK(find_attribute(attributes, "podsRestarted").as_integer() == 3);
  CHECK(find_attribute(attributes, "apply_ms").kind() == waybill::value_kind::number);
  CHECK(find_attribute(attributes, "apiToken").as_text() == "[redacted]");
}

TEST_CASE("docs/events: a task can say that it failed without throwing") {
  const waybill::fakes::test_tracer tracer;
  const waybill::metadata message;
  const quota quota;
  waybill::with_task_logging(message, "deployment", "deploy", [&](waybill::task& task) {
    if (quota.exceeded) return task.fail("quota_exceeded", "the organization may run 3 deployments");
    deploy_environment("dep_4711");
  });
  const auto* event = tracer->event_named("waybill.task");
  CHECK(find_attribute(event->attributes, "waybill.outcome").as_text() == "error");
  CHECK(find_attribute(event->attributes, "error.type").as_text() == "quota_exceeded");
}

TEST_CASE("docs/wire: the explicit twins need nothing ambient") {
  waybill::metadata received{{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};

  waybill::metadata outgoing;
  waybill::injection outcome;

  const waybill::extracted found = waybill::extract(received);  // views into received
  if (found.ids()) {
    const waybill::trace_context context = found.to_context();  // owns its text, safe to keep
    outcome = waybill::inject(context, outgoing, {.budget = {.headers = 2}});
  }

  CHECK(outcome.wrote("traceparent"));
  CHECK(outgoing.size() == 2);
  CHECK(!outcome.over_budget.empty());
}

TEST_CASE("docs/wire: a JSON object in a text column and a type of one's own are carriers") {
  const waybill::fakes::test_tracer tracer;
  auto span = waybill::start_span("send");

  std::string column = R"({"organizationId": "org_acme", "retries": 3})";
  waybill::json_object_carrier carrier{column};
  waybill::inject_trace_context(carrier);  // what else is in the text stays byte for byte

  message_properties properties;
  waybill::inject_trace_context(properties);

  CHECK(column.starts_with(R"({"organizationId": "org_acme", "retries": 3)"));
  CHECK(column.find("traceparent") != std::string::npos);
  CHECK(waybill::extract(properties).ids()->trace == span.context()->ids().trace);
}

TEST_CASE("docs/wire: a source that is not trusted gets a link, or nothing") {
  const waybill::fakes::test_tracer tracer;
  const waybill::metadata message{{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
  const auto work = [] {};

  waybill::with_task_logging(message, "deployment", "deploy", work, {.trusted = waybill::trust::link});

  const auto* span = tracer->span_named("task:deployment/deploy");
  CHECK(!span->parent);
  CHECK(span->links.size() == 1);
}

TEST_CASE("docs/wait: a broker's stamp gives a wait that is not called one clock's") {
  const waybill::fakes::test_tracer tracer;
  const broker_delivery message{.headers = {}, .stored_ms = waybill::wall_now() / 1'000'000 - 2'000};
  waybill::with_task_logging(message, "deployment", "deploy", [] {});
  const auto* span = tracer->span_named("task:deployment/deploy");
  CHECK(find_attribute(span->attributes, "waybill.wait.basis").as_text() == "queue_clock");
  CHECK(find_attribute(span->attributes, "waybill.wait.duration_ns").as_integer() >= 2'000'000'000);
}

TEST_CASE("docs/policies.md: relation, and batches") {
  const waybill::metadata message;
  int worked = 0;
  const auto work = [&] { ++worked; };
  waybill::with_task_logging(message, waybill::task_name{.kind = "report", .action = "monthly"}, work,
                             {.relation = {.max_age = 3'600'000'000'000}});  // older than an hour: linked
  CHECK(worked == 1);

  const std::vector<waybill::metadata> messages(2);
  const auto send_mail = [&](const waybill::metadata&) { return ++worked == 2; };
  waybill::with_batch_logging(messages, waybill::task_name{.kind = "mail", .action = "send"},
                              [&](waybill::batch& mails) {
                                for (std::size_t i = 0; i < mails.size(); ++i) {
                                  if (!send_mail(messages[i])) mails.fail(i, "smtp", "no such mailbox");
                                }
                              });
  CHECK(worked == 3);
}

TEST_CASE("docs/configuration: what can go wrong comes back from start, once") {
  setenv("OTEL_TRACES_EXPORTER", "none", 1);
  setenv("OTEL_LOGS_EXPORTER", "none", 1);
  const auto run = [] {
    auto tracing = waybill::start({
        .service_name = "worker",
        .export_to = "http://127.0.0.1:4318",
        .sample_ratio = 0.1,
        .resource = {{"deployment.environment.name", "production"}},
        .event_metadata = {"organizationId"},
        .secret_words = {"iban"},
    });
    if (!tracing) {
      std::fprintf(stderr, "%s\n", tracing.error().message.c_str());  // a sentence: what, where, what to do
      return 1;
    }
    // ... the program ...
    if (tracing->dropped() > 0) std::fprintf(stderr, "%s\n", tracing->last_problem().c_str());
    return 0;
  };
  CHECK(run() == 0);
  const auto mistaken = waybill::start({.sample_ratio = 2});
  REQUIRE(!mistaken);
  CHECK(mistaken.error().message.find("sample_ratio") != std::string::npos);
}

TEST_CASE("docs/sentry: a DSN is all that it takes") {
  {
    auto tracing = waybill::start({
        .service_name = "worker",
        .sentry_dsn = "https://KEY@o123.ingest.sentry.io/456",
    });
    REQUIRE_MESSAGE(tracing, tracing.error().message);
    CHECK(waybill::process_sentry()->org_id == "123");
  }
  waybill::use_no_sentry_head();
}
