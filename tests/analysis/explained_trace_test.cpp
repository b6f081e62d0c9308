#include "story.hpp"

#include <waybill/analysis/trace_summary.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

namespace {

std::string drawn(const explained_trace& trace) {
  std::string text;
  for (const auto& row : trace.rows) {
    text.append(2 * row.depth, ' ').append(to_text(row.kind)).append(" ").append(row.name);
    text += row.linked ? " (linked)\n" : "\n";
  }
  return text;
}

}  // namespace

TEST_CASE(
    "the article's story: the wait stands between the request and its task, and is named in the verdict") {
  const attribute queue[] = {{"messaging.system", "kafka"}, {"messaging.destination.name", "deployment"}};
  story told;
  const auto* web = told.process("web", "w", {{"waybill.host.boot_id", "b"}});
  const auto* worker = told.process("worker", "k", {{"waybill.host.boot_id", "b"}});
  told.tell(did("post", "", 0, 0.06, web).called("POST /api/deploy").of_kind(span_kind::server));
  told.tell(did("select", "post", 0.005, 0.017, web).called("db.query: select env"));
  told.tell(did("send", "post", 0.03, 0.048, web)
                .called("workflow.runNoWait: deploy")
                .of_kind(span_kind::producer))
      .attributes = queue;
  told.tell(worked("task", "send", 30.248, 38.648, worker).called("task:deployment/deploy")).attributes =
      queue;
  told.tell(did("apply", "task", 30.3, 33.5, worker).called("k8s.apply: deployment"));
  told.tell(did("wait", "task", 33.5, 38.3, worker).called("k8s.wait").failed());
  told.tell(worked("monthly", "", -10, 30.2, worker,
                   {{"waybill.attempt", 1}, {"messaging.destination.name", "deployment"}})
                .called("task:report/monthly")
                .in("report"));
  const auto trace = told.explained();
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
  CHECK(trace.rows[3].start == at(0.048));
  CHECK(trace.rows[3].duration == at(30.248) - at(0.048));
  CHECK(trace.rows[3].parent == named<span_id>("send"));
  CHECK(trace.rows[3].wait == 0);
  CHECK(trace.problems.empty());

  const auto line = summarise(trace);
  CHECK(line.name == "POST /api/deploy");
  CHECK(line.spans == 6);
  REQUIRE(line.wait);
  CHECK(line.wait->queue == "deployment");
  CHECK(line.wait->figure.kind == figure_kind::exact);
  CHECK(line.wait->figure.nanos == at(30.248) - at(0.048));
}

TEST_CASE("a pause between a span and its child without a sign of a queue is a gap and not a queue") {
  story told;
  told.tell(did("post", "", 0, 1, told.web).of_kind(span_kind::server));
  told.tell(did("later", "post", 4, 5, told.web));
  const auto trace = told.explained();
  CHECK(drawn(trace) == "span post\n  gap gap\n  span later\n");
  CHECK(trace.waits.empty());
  CHECK(trace.rows[1].duration == at(4) - at(1));
  CHECK(trace.verdict == "5 s: no queue; 3 s (60 %) in gaps without a sign of a queue; 2 s (40 %) work.");
}

TEST_CASE("time held back on purpose stands as a gap of its own before the wait") {
  story told;
  told.tell(sent("send", 0, 0.01, told.web, {{"celery.action", "apply_async"}}));
  told.tell(worked("work", "send", 4, 5, told.worker,
                   {{"celery.action", "run"},
                    {"messaging.destination", "shop"},
                    {"celery.eta", "2027-01-15T08:00:02.010Z"}}));
  const auto trace = told.explained();
  CHECK(drawn(trace) == "span send\n  gap scheduled\n  wait queued on \"shop\"\n  span work\n");
  CHECK(trace.verdict ==
        "5 s: about 1.99 s (40 %) queued on \"shop\" (two clocks); 2 s (40 %) held back on purpose; "
        "1.01 s (20 %) work.");
}

TEST_CASE("work that only links to this trace is shown beneath its sender") {
  const attribute kafka[] = {{"messaging.system", "kafka"}, {"messaging.destination.name", "q"}};
  story told;
  told.tell(did("post", "", 0, 1, told.web));
  told.tell(did("send", "post", 0.1, 0.2, told.web).of_kind(span_kind::producer)).attributes = kafka;
  told.tell(did("after", "post", 0.5, 0.6, told.web));
  told.tell(did("poll", "", 2, 4, told.worker).called("poll q").in("w")).attributes = kafka;
  told.tell(
          worked("work", "poll", 3.2, 4, told.worker).called("process q").in("w").linked({{"trace", "send"}}))
      .attributes = kafka;
  told.tell(did("query", "work", 3.3, 3.4, told.worker).in("w"));
  const auto& batch = told.finish();
  CHECK(drawn(explain(batch, named<trace_id>("trace"))) ==
        "span post\n"
        "  span send\n"
        "    wait queued on \"q\" (linked)\n"
        "    span process q (linked)\n"
        "      span query (linked)\n"
        "  span after\n");
  CHECK(drawn(explain(batch, named<trace_id>("w"))) ==
        "span poll q\n"
        "  wait queued on \"q\"\n"
        "  span process q\n"
        "    span query\n");
}

TEST_CASE("a message that no worker started is told of once, however its sending spans nest") {
  story told;
  told.tell(sent("outer", 0, 0.1, told.web, {{"messaging.system", "rabbitmq"}}));
  told.tell(did("inner", "outer", 0, 0.1, told.web, {{"messaging.system", "rabbitmq"}})
                .of_kind(span_kind::producer));
  const auto trace = told.explained();
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
           row{"kafka", 0.11, true, "1.11 s: hardly any wait on \"q\" (50 ms); 1.06 s (95 %) work.",
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
    if (sender)
      told.tell(sent("send", 0, 0.1, told.web,
                     {{"messaging.system", system}, {"messaging.destination.name", "q"}}));
    told.tell(worked("work", "send", work_from, work_from + 1, told.worker,
                     {{"messaging.system", system}, {"messaging.destination.name", "q"}}));
    CHECK(told.explained().verdict == verdict);
  }
}

TEST_CASE("log records of the trace come in the order of their times") {
  story told;
  told.tell(did("post", "", 0, 1, told.web));
  for (const auto& [time, observed, trace] :
       {std::tuple{at(0.5), at(9), "trace"}, std::tuple{unix_nanos{0}, at(0.2), "trace"},
        std::tuple{at(0.1), at(0.1), "other"}}) {
    auto& log = told.arena().logs().emplace_back();
    log.trace = named<trace_id>(trace);
    log.time = time;
    log.observed = observed;
  }
  const auto trace = told.explained();
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
  for (int i = 0; i < 40; ++i) told.tell(did("o" + std::to_string(i), "gone", 0, 1, told.web));
  const auto trace = told.explained();
  REQUIRE(trace.problems.size() == problem_list::most_in_full + 1);
  CHECK(trace.problems.back().sentence == "The same is true of 30 more spans.");
  CHECK_FALSE(trace.problems.back().span);
}
