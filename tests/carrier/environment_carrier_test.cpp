#include <waybill/carrier/environment_carrier.hpp>

#include "../conformance/carrier_conformance.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <string_view>

using namespace waybill;
using namespace waybill::testing;

namespace {

struct held_environment {
  static constexpr bool keeps_duplicates = false;
  static constexpr bool keeps_case = false;
  static std::string name_of(std::string_view name) {
    std::string variable = in_upper_case(name);
    std::replace(variable.begin(), variable.end(), '-', '_');
    return variable;
  }

  environment_carrier& carrier() { return environment; }
  void put(const std::string& name, const std::string& value) { environment.set(name, value); }
  header_pairs entries() const {
    header_pairs all;
    environment_carrier copy = environment;
    for (char* const* entry = copy.envp(); *entry != nullptr; ++entry) {
      const std::string_view text{*entry};
      all.emplace_back(text.substr(0, text.find('=')), text.substr(text.find('=') + 1));
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  environment_carrier environment{nullptr};
};

}  // namespace

TEST_CASE("a copy of an environment is a carrier") {
  check_carrier<held_environment>();
}

TEST_CASE("names become what a variable can be called") {
  struct row {
    std::string_view name;
    std::string_view variable;
    std::string_view why;
  };
  for (const auto& [name, variable, why] : {
           row{"traceparent", "TRACEPARENT", "upper case"},
           row{"sentry-trace", "SENTRY_TRACE", "a hyphen is no letter"},
           row{"x-b3-traceid", "X_B3_TRACEID", "every hyphen"},
           row{"9lives", "_9LIVES", "a variable does not begin with a digit"},
           row{"", "_", "empty"},
           row{"caf\xC3\xA9", "CAF__", "one _ for each byte outside ASCII"},
       }) {
    CAPTURE(why);
    environment_carrier environment{nullptr};
    environment.set(name, "1");
    CHECK(environment.envp()[0] == std::string{variable} + "=1");
    CHECK(environment.get(name) == "1");
    environment.remove(name);
    CHECK(environment.envp()[0] == nullptr);
  }
}

TEST_CASE("the process's own environment is read, and a copy of it is written") {
  setenv("TRACEPARENT", std::string{sample::traceparent}.c_str(), 1);
  setenv("SENTRY_BAGGAGE", "sentry-environment=test", 1);
  const extracted found = extract(process_environment{});
  REQUIRE(found.ids());
  CHECK(found.ids()->span->to_hex() == sample::span);
  REQUIRE(found.baggage().size() == 1);
  CHECK(found.baggage().front() == "sentry-environment=test");

  environment_carrier copy;
  inject(sample::context(), copy, sample::options());
  CHECK(copy.get("baggage") == sample::baggage);
  CHECK(std::string_view{std::getenv("SENTRY_BAGGAGE")} == "sentry-environment=test");
  unsetenv("TRACEPARENT");
  unsetenv("SENTRY_BAGGAGE");
}

TEST_CASE("Sentry's name for baggage is written and removed along with it") {
  environment_carrier environment{nullptr};
  environment.set("SENTRY_BAGGAGE", "of=another,process=1");
  inject(sample::context(), environment, sample::options());
  CHECK(environment.get("sentry-baggage") == sample::baggage);
  inject(sample::bare_context(), environment, sample::options());
  CHECK_FALSE(environment.get("sentry-baggage"));
}

TEST_CASE("a name too long for ours is none, and a NUL ends a value") {
  environment_carrier environment{nullptr};
  environment.set(std::string(500, 'a'), "1");
  CHECK_FALSE(environment.get(std::string(500, 'a')));
  environment.set("a", std::string_view{"b\0c", 3});
  CHECK(environment.get("a") == "b");
}
