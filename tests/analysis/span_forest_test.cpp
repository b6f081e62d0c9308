#include "story.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace waybill;
using namespace waybill::testing;

namespace {

const span_node& node(const span_forest& forest, std::string_view id) {
  return forest[forest.find(named<trace_id>("trace"), named<span_id>(id))];
}

}  // namespace

TEST_CASE("children hang below their parents in the order of their starts, whatever order they came in") {
  story told;
  told.tell(did("late", "root", 2, 3, told.web));
  told.tell(did("early", "root", 1, 2, told.web));
  told.tell(did("root", "", 0, 4, told.web));
  const span_forest forest{told.finish()};
  REQUIRE(forest.roots().size() == 1);
  const auto children = forest.children(forest.roots().front());
  REQUIRE(children.size() == 2);
  CHECK(forest[children[0]].record->name == "early");
  CHECK(forest[children[1]].record->name == "late");
}

TEST_CASE("a span whose parent is not here is a root and marked as an orphan") {
  story told;
  told.tell(did("child", "gone", 1, 2, told.web));
  const span_forest forest{told.finish()};
  CHECK(forest.roots().size() == 1);
  CHECK(has(node(forest, "child").oddities, oddity::orphan));
}

TEST_CASE("of a span that came twice the fuller copy is kept, and only a difference is worth a mark") {
  story told;
  for (int copy = 0; copy < 2; ++copy) told.tell(did("a", "", 0, 1, told.web));
  told.tell(did("b", "", 0, 0, told.web));
  told.tell(did("b", "", 0, 1, told.web, {{"k", 1}}));
  const span_forest forest{told.finish()};
  CHECK(forest.size() == 2);
  CHECK_FALSE(has(node(forest, "a").oddities, oddity::repeated));
  CHECK(has(node(forest, "b").oddities, oddity::repeated));
  CHECK(node(forest, "b").record->attributes.size() == 1);
}

TEST_CASE("equal span ids in two traces are two spans") {
  story told;
  told.tell(did("a", "", 0, 1, told.web));
  told.tell(did("a", "", 0, 1, told.web).in("other"));
  CHECK(span_forest{told.finish()}.size() == 2);
}

TEST_CASE("circles are cut above their earliest span and every span still has one place") {
  story told;
  told.tell(did("self", "self", 0, 1, told.web));
  told.tell(did("a", "c", 2, 3, told.web));
  told.tell(did("b", "a", 1, 3, told.web));
  told.tell(did("c", "b", 3, 3, told.web));
  told.tell(did("below", "c", 3, 3, told.web));
  const span_forest forest{told.finish()};
  CHECK(has(node(forest, "self").oddities, oddity::own_parent));
  CHECK(has(node(forest, "b").oddities, oddity::in_cycle));
  CHECK(forest.roots().size() == 2);
  std::size_t placed = forest.roots().size();
  for (node_number n = 0; n < forest.size(); ++n) placed += forest.children(n).size();
  CHECK(placed == forest.size());
}

TEST_CASE("times that cannot be are marked and replaced by harmless ones") {
  constexpr auto most = std::numeric_limits<unix_nanos>::max();
  constexpr auto least = std::numeric_limits<unix_nanos>::min();
  story told;
  told.tell(did("root", "", 1, 4, told.web));
  told.tell(did("back", "root", 3, 2, told.web));
  for (const auto& [id, start, end] :
       {std::tuple{"zero", unix_nanos{0}, unix_nanos{0}}, std::tuple{"huge", most, at(2)},
        std::tuple{"least", least, at(2)}, std::tuple{"open", at(2), unix_nanos{0}}}) {
    auto& span = told.tell(did(id, "root", 0, 0, told.web));
    span.start = start;
    span.end = end;
  }
  const span_forest forest{told.finish()};
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
  told.tell(did("root", "", 1.0005, 4, told.web));
  told.tell(did("rounded", "root", 1, 2, told.web));
  told.tell(did("skewed", "root", 0.9, 2, told.web));
  const span_forest forest{told.finish()};
  CHECK_FALSE(has(node(forest, "rounded").oddities, oddity::starts_before_parent));
  CHECK(has(node(forest, "skewed").oddities, oddity::starts_before_parent));
}

TEST_CASE("one clock is claimed for one boot or one process, not for equal names") {
  story told;
  sender_table senders;
  const auto number = [&](std::string_view service, std::string_view instance, attributes_told more) {
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
