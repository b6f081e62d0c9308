#include "story.hpp"

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::testing;

namespace {

const span_node& node(const span_forest& forest, std::string_view id) {
  return forest[forest.find(named<trace_id>("trace"), named<span_id>(id))];
}

}  // namespace

TEST_CASE("children hang below their parents in the order of their starts, whatever order they came in") {
  story told;
  told.tell({.id = "late", .parent = "root", .from = 2, .to = 3})
      .tell({.id = "early", .parent = "root", .from = 1, .to = 2})
      .tell({.id = "root", .from = 0, .to = 4});
  const auto batch = told.finish();
  const span_forest forest{batch};
  REQUIRE(forest.roots().size() == 1);
  const auto children = forest.children(forest.roots().front());
  REQUIRE(children.size() == 2);
  CHECK(forest[children[0]].record->name == "early");
  CHECK(forest[children[1]].record->name == "late");
}

TEST_CASE("a span whose parent is not here is a root and marked as an orphan") {
  story told;
  told.tell({.id = "child", .parent = "gone", .from = 1, .to = 2});
  const auto batch = told.finish();
  const span_forest forest{batch};
  CHECK(forest.roots().size() == 1);
  CHECK(has(node(forest, "child").oddities, oddity::orphan));
}

TEST_CASE("of a span that came twice the fuller copy is kept, and only a difference is worth a mark") {
  story told;
  told.tell({.id = "a", .from = 0, .to = 1}).tell({.id = "a", .from = 0, .to = 1});
  told.tell({.id = "b", .from = 0, .to = 0}).tell({.id = "b", .from = 0, .to = 1, .says = {{"k", 1}}});
  const auto batch = told.finish();
  const span_forest forest{batch};
  CHECK(forest.size() == 2);
  CHECK_FALSE(has(node(forest, "a").oddities, oddity::repeated));
  CHECK(has(node(forest, "b").oddities, oddity::repeated));
  CHECK(node(forest, "b").record->attributes.size() == 1);
}

TEST_CASE("equal span ids in two traces are two spans") {
  story told;
  told.tell({.id = "a", .from = 0, .to = 1}).tell({.id = "a", .from = 0, .to = 1, .trace = "other"});
  const auto batch = told.finish();
  CHECK(span_forest{batch}.size() == 2);
}

TEST_CASE("circles are cut above their earliest span and every span still has one place") {
  story told;
  told.tell({.id = "self", .parent = "self", .from = 0, .to = 1});
  told.tell({.id = "a", .parent = "c", .from = 2, .to = 3});
  told.tell({.id = "b", .parent = "a", .from = 1, .to = 3});
  told.tell({.id = "c", .parent = "b", .from = 3, .to = 3});
  told.tell({.id = "below", .parent = "c", .from = 3, .to = 3});
  const auto batch = told.finish();
  const span_forest forest{batch};
  CHECK(has(node(forest, "self").oddities, oddity::own_parent));
  CHECK(has(node(forest, "b").oddities, oddity::in_cycle));
  CHECK(forest.roots().size() == 2);
  std::size_t placed = forest.roots().size();
  for (node_number n = 0; n < forest.size(); ++n) placed += forest.children(n).size();
  CHECK(placed == forest.size());
}

TEST_CASE("times that cannot be are marked and replaced by harmless ones") {
  story told;
  told.tell({.id = "root", .from = 1, .to = 4});
  told.tell({.id = "back", .parent = "root", .from = 3, .to = 2});
  auto& spans = told.arena().spans();
  for (const auto& [id, start, end] : {std::tuple{"zero", unix_nanos{0}, unix_nanos{0}},
                                       std::tuple{"huge", std::numeric_limits<unix_nanos>::max(), at(2)},
                                       std::tuple{"least", std::numeric_limits<unix_nanos>::min(), at(2)},
                                       std::tuple{"open", at(2), unix_nanos{0}}}) {
    spans.push_back(span_record{.trace = named<trace_id>("trace"), .span = named<span_id>(id)});
    spans.back().parent = named<span_id>("root");
    spans.back().start = start;
    spans.back().end = end;
  }
  const auto batch = told.finish();
  const span_forest forest{batch};
  CHECK(has(node(forest, "back").oddities, oddity::ends_before_start));
  CHECK(has(node(forest, "open").oddities, oddity::unfinished));
  for (const auto* id : {"zero", "huge", "least"}) {
    CAPTURE(id);
    CHECK(has(node(forest, id).oddities, oddity::absurd_time));
    CHECK(node(forest, id).start == at(1));
  }
  for (node_number n = 0; n < forest.size(); ++n) CHECK(forest[n].end >= forest[n].start);
}

TEST_CASE("a child that starts before its parent is marked, except for rounding to milliseconds") {
  story told;
  told.tell({.id = "root", .from = 1.0005, .to = 4});
  told.tell({.id = "rounded", .parent = "root", .from = 1, .to = 2});
  told.tell({.id = "skewed", .parent = "root", .from = 0.9, .to = 2});
  const auto batch = told.finish();
  const span_forest forest{batch};
  CHECK_FALSE(has(node(forest, "rounded").oddities, oddity::starts_before_parent));
  CHECK(has(node(forest, "skewed").oddities, oddity::starts_before_parent));
}

TEST_CASE("one clock is claimed for one boot or one process, not for equal names") {
  story told;
  sender_table senders;
  const auto number = [&](std::string_view service, std::string_view instance,
                          std::initializer_list<attribute> more) {
    return senders.number_of(told.process(service, instance, more));
  };
  const auto a = number("web", "1", {{"waybill.host.boot_id", "boot"}});
  const auto b = number("worker", "2", {{"waybill.host.boot_id", "boot"}});
  const auto other_boot = number("worker", "3", {{"waybill.host.boot_id", "else"}});
  const auto process = number("web", "4", {});
  const auto same_process = number("web", "4", {});
  const auto unknown = number("web", "", {});
  const auto same_unknown = number("web", "", {});
  const auto named_host = number("web", "", {{"host.name", "box"}});
  const auto with_pid = number("web", "", {{"host.name", "box"}, {"process.pid", 7}});
  const auto other_pid = number("worker", "", {{"host.name", "box"}, {"process.pid", 8}});
  CHECK(senders.same_clock(a, b));
  CHECK_FALSE(senders.same_clock(b, other_boot));
  CHECK(process == same_process);
  CHECK(senders.same_clock(process, same_process));
  CHECK(unknown == same_unknown);
  CHECK_FALSE(senders.same_clock(unknown, same_unknown));  // two processes may say no more than this
  CHECK_FALSE(senders.same_clock(named_host, named_host));
  CHECK(senders.same_clock(with_pid, with_pid));
  CHECK_FALSE(senders.same_clock(with_pid, other_pid));
  CHECK_FALSE(senders.same_clock(0, 0));
}
