#include "collectors.hpp"
#include "scenario.hpp"

using namespace waybill_tests;

TEST_CASE("two plug-ins with copies of their own share one current, and may be closed with spans open") {
  const good_collector collector;
  const auto host = run_host(PLUGINS_HOST, {FIRST_PLUGIN, SECOND_PLUGIN, collector.url()});
  CHECK(host.said == "");
  CHECK(host.code == 0);
  CHECK(host.signal == 0);
  for (const char* const name : {"outer, of the first", "inner, of the second", "left open",
                                 "open on another thread", "of the second, above", "of the second, later"}) {
    CAPTURE(name);
    CHECK(collector.count(name) == 1);
  }
}
