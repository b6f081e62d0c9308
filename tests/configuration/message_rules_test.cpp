#include <waybill/carrier/metadata.hpp>
#include <waybill/configuration/message_rules.hpp>
#include <waybill/configuration/start.hpp>
#include <waybill/waybill.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <string>

using namespace waybill;

namespace {

result<message_rules> read(const start_options& options, std::map<std::string, const char*> variables) {
  return read_message_rules(options, [&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second;
  });
}

}  // namespace

TEST_CASE("rules about messages come from the options, else from the environment") {
  const auto both = read({.policy = "queue:a=link"}, {{"WAYBILL_POLICY", "queue:b=link"}});
  REQUIRE(both);
  CHECK(both->policies.find("a", "", "").relation);
  CHECK_FALSE(both->policies.find("b", "", "").relation);
  const auto environment = read({}, {{"WAYBILL_POLICY", "queue:b=link"}});
  REQUIRE(environment);
  CHECK(environment->policies.find("b", "", "").relation);
  CHECK(read({}, {{"WAYBILL_POLICY", " "}})->policies.empty());
  CHECK_FALSE(read({}, {{"WAYBILL_BAGGAGE", ""}})->baggage);
  CHECK(read({}, {{"WAYBILL_MAX_FORCED_SAMPLING", "100/s"}})->max_forced_sampling == 100);
  CHECK(read({.max_forced_sampling = 7}, {{"WAYBILL_MAX_FORCED_SAMPLING", "8"}})->max_forced_sampling == 7);
  CHECK_FALSE(read({.baggage = "deny:a"}, {{"WAYBILL_BAGGAGE", "deny:b"}})->baggage->lets_through("a"));
  CHECK_FALSE(read({}, {{"WAYBILL_BAGGAGE", "deny:b"}})->baggage->lets_through("b"));
}

TEST_CASE("a rule that cannot be used comes back from start as a sentence that names where it stood") {
  const auto wrong_option = start({.policy = "queue:mail=lnik"});
  REQUIRE(!wrong_option);
  CHECK(wrong_option.error().message.starts_with("policy: the rule \"queue:mail=lnik\" cannot be used."));
  const auto wrong_variable = read({}, {{"WAYBILL_POLICY", "mail=link"}});
  REQUIRE(!wrong_variable);
  CHECK(wrong_variable.error().message.starts_with("WAYBILL_POLICY: the rule \"mail=link\" cannot be used."));
  for (const char* const cap : {"many", "100/m", "-1", "1.5", "/s"}) {
    const auto wrong_cap = read({}, {{"WAYBILL_MAX_FORCED_SAMPLING", cap}});
    REQUIRE(!wrong_cap);
    CHECK(wrong_cap.error().message == "WAYBILL_MAX_FORCED_SAMPLING is \"" + std::string{cap} +
                                           "\"; it should be a whole number a second, like 100 or 100/s");
  }
  const auto wrong_list = start({.baggage = "tenant"});
  REQUIRE(!wrong_list);
  CHECK(wrong_list.error().message.starts_with("baggage: \"tenant\" should be allow: or deny:"));
}

TEST_CASE("a policy that start was given holds for tasks from then on, until another start") {
  const metadata sent{{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
  const auto trace_of_task = [&] {
    std::string trace;
    with_task_logging(sent, {.kind = "report", .action = "monthly"},
                      [&](task& running) { trace = running.context().ids().trace.to_hex(); });
    return trace;
  };
  const start_options quiet{.export_to = "http://127.0.0.1:9", .flush_limit = std::chrono::milliseconds{0}};
  {
    auto options = quiet;
    options.policy = "task:report/*=new";
    const auto tracing = start(options);
    REQUIRE_MESSAGE(tracing, tracing.error().message);
    CHECK(trace_of_task() != "4bf92f3577b34da6a3ce929d0e0e4736");
  }
  const auto tracing = start(quiet);
  REQUIRE_MESSAGE(tracing, tracing.error().message);
  CHECK(trace_of_task() == "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST_CASE("baggage that start was told to hold back is not passed on, also where nothing is recorded") {
  const metadata sent{{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                      {"baggage", "tenant=acme,email=a%40b.example"}};
  const auto passed_on = [&] {
    std::string baggage;
    with_task_logging(sent, {.kind = "mail", .action = "send"},
                      [&] { baggage = inject_trace_context()["baggage"]; });
    return baggage;
  };
  const start_options quiet{.export_to = "http://127.0.0.1:9", .flush_limit = std::chrono::milliseconds{0}};
  auto options = quiet;
  options.baggage = "deny:email";
  {
    const auto tracing = start(options);
    REQUIRE_MESSAGE(tracing, tracing.error().message);
    CHECK(passed_on() == "tenant=acme");
  }
  {
    const auto tracing = start(quiet);
    CHECK(passed_on() == "tenant=acme,email=a%40b.example");
  }
  setenv("OTEL_SDK_DISABLED", "true", 1);
  CHECK(start(options));
  CHECK(passed_on() == "tenant=acme");
  CHECK(start(quiet));
  unsetenv("OTEL_SDK_DISABLED");
  CHECK(passed_on() == "tenant=acme,email=a%40b.example");
}
