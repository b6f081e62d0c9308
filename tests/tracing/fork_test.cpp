#include "../fakes/test_tracer.hpp"

#include <waybill/tracing/active_span.hpp>

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

using namespace waybill;
using namespace waybill::fakes;

TEST_CASE(
    "after a fork the child draws other ids, and a span open at the fork is exported by the parent alone") {
  test_tracer tracer;
  int ids[2];
  REQUIRE(pipe(ids) == 0);
  {
    auto open_at_fork = start_span("open at fork");
    const pid_t child = fork();
    if (child == 0) {
      const auto id = span_id::make();
      const auto before = tracer->spans().size();
      auto own = start_detached_span("the child's");
      own.end();
      const bool own_left = tracer->spans().size() == before + 1;
      open_at_fork.~active_span();
      const bool parents_stayed = tracer->spans().size() == before + 1;
      std::string answer{id.view()};
      answer += own_left && parents_stayed ? 'y' : 'n';
      _exit(write(ids[1], answer.data(), answer.size()) == 9 ? 0 : 2);
    }
    close(ids[1]);  // so that a child that dies is the end of the pipe
    char from_child[9];
    REQUIRE(read(ids[0], from_child, 9) == 9);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(span_id::make().view() != std::string_view(from_child, 8));
    CHECK(from_child[8] == 'y');
  }
  close(ids[0]);
  CHECK(tracer->span_named("open at fork") != nullptr);
  CHECK(tracer->spans().size() == 1);
}
