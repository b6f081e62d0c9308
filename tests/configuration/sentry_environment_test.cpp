#include <waybill/configuration/sentry_environment.hpp>

#include <doctest/doctest.h>

#include <map>

using namespace waybill;

namespace {

result<sentry_environment> read(const std::map<std::string, std::string>& variables,
                                std::string_view dsn = {},
                                const std::vector<std::pair<std::string, std::string>>& resource = {}) {
  return read_sentry_environment(dsn, resource, [&](const char* name) -> const char* {
    const auto at = variables.find(name);
    return at == variables.end() ? nullptr : at->second.c_str();
  });
}

const std::string cloud = "https://key@o7.ingest.sentry.io/42";

}  // namespace

TEST_CASE("without a DSN nothing goes to Sentry, whatever else is set") {
  for (const auto* const dsn : {"", " "}) {
    const auto nothing =
        read({{"SENTRY_DSN", dsn}, {"SENTRY_RELEASE", "r"}, {"WAYBILL_SENTRY_FORMAT", "telegrams"}});
    REQUIRE(nothing);
    CHECK(!nothing->exporter);
  }
}

TEST_CASE(
    "SENTRY_DSN, or the one given to start, says where; release and environment are Sentry's or the "
    "process's") {
  const auto plain = read({{"SENTRY_DSN", cloud}});
  REQUIRE(plain);
  REQUIRE(plain->exporter);
  CHECK(plain->exporter->dsn.project_id == "42");
  CHECK(plain->exporter->sender.release.empty());
  CHECK(plain->exporter->sender.environment == "production");
  CHECK(plain->exporter->format == sentry_format::transactions);
  CHECK(plain->exporter->send_events);
  CHECK(plain->exporter->compress);
  CHECK(plain->org_id == "7");
  CHECK(!plain->strict_continuation);

  const auto all = read({{"SENTRY_DSN", cloud},
                         {"SENTRY_RELEASE", "shop@1"},
                         {"SENTRY_ENVIRONMENT", "staging"},
                         {"WAYBILL_SENTRY_FORMAT", "spans"},
                         {"WAYBILL_SENTRY_EVENTS", "off"},
                         {"WAYBILL_SENTRY_ORG_ID", "9"},
                         {"WAYBILL_SENTRY_STRICT", "on"}},
                        "http://other@127.0.0.1:4318/1",
                        {{"service.version", "2"}, {"deployment.environment.name", "elsewhere"}});
  REQUIRE(all);
  CHECK(all->exporter->dsn.public_key == "other");
  CHECK(all->exporter->sender.release == "shop@1");
  CHECK(all->exporter->sender.environment == "staging");
  CHECK(all->exporter->format == sentry_format::spans);
  CHECK(!all->exporter->send_events);
  CHECK(!all->exporter->compress);
  CHECK(all->org_id == "9");
  CHECK(all->strict_continuation);

  const auto described = read({{"SENTRY_DSN", cloud}}, {},
                              {{"service.version", "2"}, {"deployment.environment.name", "staging"}});
  REQUIRE(described);
  CHECK(described->exporter->sender.release == "2");
  CHECK(described->exporter->sender.environment == "staging");
}

TEST_CASE("a value that cannot be used is a sentence that names who gave it, and keeps the key to itself") {
  const auto wrong_variable = read({{"SENTRY_DSN", "https://secret@sentry.example/shop"}});
  REQUIRE(!wrong_variable);
  CHECK(wrong_variable.error().message ==
        "SENTRY_DSN cannot be used: it does not end with the project's number; a DSN is written like "
        "https://KEY@o123.ingest.sentry.io/456.");
  const auto wrong_option = read({{"SENTRY_DSN", cloud}}, "sentry.io");
  REQUIRE(!wrong_option);
  CHECK(wrong_option.error().message.starts_with("sentry_dsn cannot be used: "));
  const auto wrong_format = read({{"SENTRY_DSN", cloud}, {"WAYBILL_SENTRY_FORMAT", "telegrams"}});
  REQUIRE(!wrong_format);
  CHECK(wrong_format.error().message ==
        "WAYBILL_SENTRY_FORMAT is \"telegrams\"; it should be transactions or spans");
}
