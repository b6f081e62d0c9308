#include "../fakes/test_tracer.hpp"

#include <waybill/tracing/active_span.hpp>
#include <waybill/tracing/overflow_memory.hpp>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

using namespace waybill;
using namespace waybill::fakes;

namespace {

const std::string page(4'000, 'x');

// As large as a record may be.
detached_span large_span() {
  auto span = start_detached_span("large");
  for (int i = 0; i < 20; ++i) span.set("key" + std::to_string(i), page);
  return span;
}

}  // namespace

TEST_CASE(
    "records that wait take no more memory than their bound, however large they are, and say what is "
    "missing") {
  test_tracer tracer;
  {
    std::vector<detached_span> waiting;
    for (int i = 0; i < 4'096; ++i) waiting.push_back(large_span());
    CHECK(overflow_memory::in_use() <= overflow_memory::most_bytes);
    CHECK(overflow_memory::in_use() > overflow_memory::most_bytes / 2);
  }
  CHECK(tracer.get().dropped() == 0);
  const auto* const last = tracer->spans().back();
  CHECK(last->name == "large");
  CHECK(last->attributes.size() + last->dropped_attributes == 20);
  CHECK(last->dropped_attributes > 0);
  tracer->clear();
  CHECK(overflow_memory::in_use() == 0);
}

TEST_CASE("a forked child has all of the bound, whatever its parent had waiting") {
  test_tracer tracer;
  std::vector<detached_span> of_parent;
  for (int i = 0; i < 1'000; ++i) of_parent.push_back(large_span());
  const pid_t child = fork();
  if (child == 0) {
    const bool begins_empty = overflow_memory::in_use() == 0;
    auto own = large_span();
    const bool counts_own = overflow_memory::in_use() > page.size();
    of_parent.clear();  // its parent's, so nothing is given back
    own.end();
    tracer->clear();
    _exit(begins_empty && counts_own && overflow_memory::in_use() == 0 ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  CHECK(status == 0);
}
