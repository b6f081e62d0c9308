#include "story.hpp"

#include <waybill/analysis/trace_summary.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

namespace {

constexpr auto producer = span_kind::producer;
constexpr auto consumer = span_kind::consumer;

std::string drawn(const explained_trace& trace) {
  std::string text;
  for (const auto& row : trace.rows) {
    text.append(2 * row.depth, ' ')
        .append(to_text(row.kind))
        .append(" ")
        .append(row.name)
        .append(row.linked ? " (linked)\n" : "\n");
  }
  return text;
}

}  // namespace

TEST_CASE(
    "the article's story: the wait stands between the request and its task, and is named in the verdict") {
  story told;
  const auto* web = told.process("web", "w", {{"waybill.host.boot_id", "b"}});
  const auto* worker = told.process("worker", "k", {{"waybill.host.boot_id", "b"}});
  const std::initializer_list<attribute> queue = {{"messaging.system", "kafka"},
                                                  {"messaging.destination.name", "deployment"}};
  told.tell({.id = "post",
             .name = "POST /api/deploy",
             .kind = span_kind::server,
             .from = 0,
             .to = 0.06,
             .by = web});
  told.tell({.id = "select",
             .name = "db.query: select env",
             .parent = "post",
             .from = 0.005,
             .to = 0.017,
             .by = web});
  told.tell({.id = "send",
             .name = "workflow.runNoWait: deploy",
             .parent = "post",
             .kind = producer,
             .from = 0.03,
             .to = 0.048,
             .by = web,
             .says = queue});
  told.tell({.id = "task",
             .name = "task:deployment/deploy",
             .parent = "send",
             .kind = consumer,
             .from = 30.248,
             .to = 38.648,
             .by = worker,
             .says = queue});
  told.tell({.id = "apply",
             .name = "k8s.apply: deployment",
             .parent = "task",
             .from = 30.3,
             .to = 33.5,
             .by = worker});
  told.tell({.id = "wait",
             .name = "k8s.wait",
             .parent = "task",
             .from = 33.5,
             .to = 38.3,
             .by = worker,
             .status = status_code::error});
  told.tell({.id = "monthly",
             .name = "task:report/monthly",
             .kind = consumer,
             .from = -10,
             .to = 30.2,
             .by = worker,
             .says = {{"waybill.attempt", 1}, {"messaging.destination.name", "deployment"}},
             .trace = "report"});
  const auto batch = told.finish();
  const auto trace = explain(batch, named<trace_id>("trace"));
  CHECK(drawn(trace) ==
        "span POST /api/deploy\n"
        "  span db.query: select env\n"
        "  span workflow.runNoWait: deploy\n"
        "    wait queued on \"deployment\"\n"
        "    span task:deployment/deploy\n"
        "      span k8s.apply: deployment\n"
        "      span k8s.wait\n");
  CHECK(trace.verdict ==
        "38.6 s: 30.2 s (78 %) queued on \"deployment\", behind report:monthly on worker; 8.4 s (22 %) work; "
        "1 error: k8s.wait.");
  CHECK(trace.start == at(0));
  CHECK(trace.duration == at(38.648) - at(0));
  CHECK(trace.services == std::vector<std::string_view>{"web", "worker"});
  CHECK(trace.errors == 1);
  const auto& row = trace.rows[3];
  CHECK(row.start == at(0.048));
  CHECK(row.duration == at(30.248) - at(0.048));
  CHECK(row.parent == named<span_id>("send"));
  CHECK(row.wait == 0);
  CHECK(trace.problems.empty());

  const auto line = summarise(trace);
  CHECK(line.name == "POST /api/deploy");
  CHECK(line.spans == 6);
  REQUIRE(line.wait);
  CHECK(line.wait->queue == "deployment");
  CHECK(line.wait->exact);
}

TEST_CASE("a pause between a span and its child without a sign of a queue is a gap and not a queue") {
  story told;
  const auto* web = told.process("web", "w");
  told.tell({.id = "post", .name = "POST /", .kind = span_kind::server, .from = 0, .to = 1, .by = web});
  told.tell({.id = "later", .parent = "post", .from = 4, .to = 5, .by = web});
  const auto batch = told.finish();
  const auto trace = explain(batch, named<trace_id>("trace"));
  CHECK(drawn(trace) == "span POST /\n  gap gap\n  span later\n");
  CHECK(trace.waits.empty());
  CHECK(trace.rows[1].duration == at(4) - at(1));
  CHECK(trace.verdict == "5 s: no queue; 3 s (60 %) in gaps without a sign of a queue; 2 s (40 %) work.");
}

TEST_CASE("time held back on purpose and backoff stand as gaps of their own before the wait") {
  story told;
  const auto* web = told.process("web", "w");
  const auto* worker = told.process("worker", "k");
  told.tell({.id = "send",
             .kind = producer,
             .from = 0,
             .to = 0.01,
             .by = web,
             .says = {{"celery.action", "apply_async"}, {"messaging.destination", "shop"}}});
  told.tell({.id = "work",
             .parent = "send",
             .kind = consumer,
             .from = 4,
             .to = 5,
             .by = worker,
             .says = {{"celery.action", "run"},
                      {"messaging.destination", "shop"},
                      {"celery.eta", "2027-01-15T08:00:02.010Z"}}});
  const auto batch = told.finish();
  const auto trace = explain(batch, named<trace_id>("trace"));
  CHECK(drawn(trace) == "span send\n  gap scheduled\n  wait queued on \"shop\"\n  span work\n");
  CHECK(trace.verdict ==
        "5 s: about 1.99 s (40 %) queued on \"shop\" (two clocks); 2 s (40 %) held back on purpose; 1.01 s "
        "(20 %) work.");
}

TEST_CASE("work that only links to this trace is shown beneath its sender") {
  story told;
  const auto* web = told.process("web", "w");
  const auto* worker = told.process("worker", "k");
  const std::initializer_list<attribute> kafka = {{"messaging.system", "kafka"},
                                                  {"messaging.destination.name", "q"}};
  told.tell({.id = "post", .kind = span_kind::server, .from = 0, .to = 1, .by = web});
  told.tell(
      {.id = "send", .parent = "post", .kind = producer, .from = 0.1, .to = 0.2, .by = web, .says = kafka});
  told.tell({.id = "after", .parent = "post", .from = 0.5, .to = 0.6, .by = web});
  told.tell({.id = "poll",
             .name = "poll q",
             .kind = span_kind::client,
             .from = 2,
             .to = 4,
             .by = worker,
             .says = kafka,
             .trace = "w"});
  told.tell({.id = "work",
             .name = "process q",
             .parent = "poll",
             .kind = consumer,
             .from = 3.2,
             .to = 4,
             .by = worker,
             .says = kafka,
             .links = {{"trace", "send"}},
             .trace = "w"});
  told.tell({.id = "query", .parent = "work", .from = 3.3, .to = 3.4, .by = worker, .trace = "w"});
  const auto batch = told.finish();
  CHECK(drawn(explain(batch, named<trace_id>("trace"))) ==
        "span post\n  span send\n    wait queued on \"q\" (linked)\n    span process q (linked)\n      span "
        "query (linked)\n  span after\n");
  CHECK(drawn(explain(batch, named<trace_id>("w"))) ==
        "span poll q\n  wait queued on \"q\"\n  span process q\n    span query\n");
}

TEST_CASE("a message that no worker started is told of once, however its sending spans nest") {
  story told;
  const auto* web = told.process("web", "w");
  const std::initializer_list<attribute> pika = {{"messaging.system", "rabbitmq"},
                                                 {"messaging.destination", "q"}};
  told.tell(
      {.id = "outer", .name = "q send", .kind = producer, .from = 0, .to = 0.1, .by = web, .says = pika});
  told.tell({.id = "inner",
             .name = "q send",
             .parent = "outer",
             .kind = producer,
             .from = 0,
             .to = 0.1,
             .by = web,
             .says = pika});
  const auto batch = told.finish();
  const auto trace = explain(batch, named<trace_id>("trace"));
  REQUIRE(trace.problems.size() == 1);
  CHECK(trace.problems.front().kind == problem_kind::not_started);
  CHECK(trace.verdict == "100 ms: 100 ms (100 %) work; 1 message that no worker has started so far.");
}

TEST_CASE("the verdict never claims what the wait does not") {
  struct row {
    std::string_view system;
    double work_from;
    bool sender;
    std::string_view verdict;
    std::string_view why;
  };
  for (const auto& [system, work_from, sender, verdict, why] : {
           row{"aws_sqs", 3, true,
               "4 s: up to 2.9 s (73 %) queued on \"q\" or delayed on purpose, which its spans do not tell; "
               "1.1 s (27 %) work.",
               "hidden delay"},
           row{"kafka", 3, true, "4 s: about 2.9 s (73 %) queued on \"q\" (two clocks); 1.1 s (27 %) work.",
               "two clocks"},
           row{"kafka", 0.11, true, "1.11 s: hardly any wait on \"q\" (10 ms); 1.1 s (99 %) work.",
               "too short to tell"},
           row{"kafka", -1, true,
               "1.1 s: unknown how long queued on \"q\" (the clocks of sender and worker differ); 1.1 s (100 "
               "%) work.",
               "skew"},
           row{"kafka", 3, false,
               "1 s: unknown how long queued on \"q\" (no span of the sender is here); 1 s (100 %) work.",
               "no sender"},
       }) {
    CAPTURE(why);
    story told;
    const auto* web = told.process("web", "w");
    const auto* worker = told.process("worker", "k");
    if (sender)
      told.tell({.id = "send",
                 .kind = producer,
                 .from = 0,
                 .to = 0.1,
                 .by = web,
                 .says = {{"messaging.system", system}, {"messaging.destination.name", "q"}}});
    told.tell({.id = "work",
               .parent = "send",
               .kind = consumer,
               .from = work_from,
               .to = work_from + 1,
               .by = worker,
               .says = {{"messaging.system", system}, {"messaging.destination.name", "q"}}});
    const auto batch = told.finish();
    CHECK(explain(batch, named<trace_id>("trace")).verdict == verdict);
  }
}

TEST_CASE("log records come in the order of their times, those of linked spans among them") {
  story told;
  const auto* web = told.process("web", "w");
  told.tell({.id = "post", .from = 0, .to = 1, .by = web});
  for (const auto& [time, observed, trace] :
       {std::tuple{at(0.5), at(9), "trace"}, std::tuple{unix_nanos{0}, at(0.2), "trace"},
        std::tuple{at(0.1), at(0.1), "other"}}) {
    auto& log = told.arena().logs().emplace_back();
    log.trace = named<trace_id>(trace);
    log.time = time;
    log.observed = observed;
  }
  const auto batch = told.finish();
  const auto trace = explain(batch, named<trace_id>("trace"));
  REQUIRE(trace.logs.size() == 2);
  CHECK(trace.logs[0]->observed == at(0.2));
}

TEST_CASE("a trace that is not there has no rows and a verdict that says so") {
  const span_batch nothing;
  const auto trace = explain(nothing, named<trace_id>("trace"));
  CHECK(trace.rows.empty());
  CHECK(trace.verdict == "No spans of this trace have arrived.");
  CHECK_FALSE(summarise(trace).wait);
}

TEST_CASE("many spans with the same trouble make a few sentences and a number") {
  story told;
  std::vector<std::string> names;
  for (int i = 0; i < 40; ++i) names.push_back("o" + std::to_string(i));
  for (const auto& name : names) told.tell({.id = name, .parent = "gone", .from = 0, .to = 1});
  const auto batch = told.finish();
  const auto trace = explain(batch, named<trace_id>("trace"));
  REQUIRE(trace.problems.size() == problem_list::most_in_full + 1);
  CHECK(trace.problems.back().sentence == "The same is true of 30 more spans.");
  CHECK_FALSE(trace.problems.back().span);
}
