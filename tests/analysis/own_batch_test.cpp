#include "story.hpp"

#include <waybill/record/wait_names.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

namespace {

constexpr std::int64_t second = 1'000'000'000;

// Two requests sent a mail each, the second by a service that is not here; one worker sent both mails.
explained_trace explain_from(story& told, std::string_view trace) {
  const auto* web = told.process("web", "w", {{wait_names::host_boot_id, "b"}});
  const auto* worker = told.process("worker", "k", {{wait_names::host_boot_id, "b"}});
  told.tell(did("request", "", 0, 0.02, web).in("one"));
  told.tell(did("drawn", "request", 0.01, 3.01, worker,
                {{wait_names::span_role, wait_names::role_queue_wait},
                 {wait_names::wait_for_span, named<span_id>("batch").to_hex()},
                 {wait_names::destination, "mail"},
                 {wait_names::wait_basis, "same_clock"}})
                .in("one")
                .called("queued mail"));
  told.tell(span_told{.id = "batch",
                      .parent = {},
                      .from = 3.01,
                      .to = 4,
                      .by = worker,
                      .says = {{wait_names::system, "sqlite"},
                               {wait_names::destination, "mail"},
                               {"messaging.operation.type", "process"},
                               {wait_names::batch_size, 2},
                               {wait_names::worker, "worker-2"}},
                      .kind = span_kind::consumer,
                      .name = "task:mail/send",
                      .trace = "batch",
                      .scope = "waybill",
                      .links = {{"one",
                                 "request",
                                 {{wait_names::wait_duration, 3 * second},
                                  {wait_names::wait_basis, "same_clock"},
                                  {wait_names::attempt, 2}}},
                                {"two",
                                 "elsewhere",
                                 {{wait_names::wait_duration, 5 * second},
                                  {wait_names::wait_basis, "same_clock"},
                                  {wait_names::attempt, 1}}}}});
  return told.explained(trace);
}

}  // namespace

TEST_CASE("each message of waybill's own batch has its own wait, exact, whether its sender is seen or not") {
  story told;
  const auto trace = explain_from(told, "batch");
  std::vector<double> waits;
  for (const auto& wait : trace.waits) {
    if (wait.work_span != named<span_id>("batch")) continue;
    CHECK(wait.rule == wait_rule::same_clock);
    CHECK(wait.exact);
    CHECK(wait.queue == "mail");
    waits.push_back(seconds(wait.duration));
    CHECK(wait.attempt == (waits.back() == 3.0 ? 2 : 1));
    CHECK((wait.drawn != no_node) == (waits.back() == 3.0));
  }
  std::ranges::sort(waits);
  CHECK(waits == std::vector{3.0, 5.0});
}

TEST_CASE("a request whose message went into a batch tells how long it waited, and nothing of the others") {
  story told;
  const auto trace = explain_from(told, "one");
  REQUIRE(trace.waits.size() == 1);
  CHECK(trace.waits[0].work_span == named<span_id>("batch"));
  CHECK(seconds(trace.waits[0].duration) == 3.0);
  CHECK(trace.waits[0].exact);
}
