#include <waybill/views/time_axis.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace waybill;
using namespace waybill::views;

namespace {
constexpr std::int64_t s = 1'000'000'000;
}

TEST_CASE("without long emptiness time is drawn to scale") {
  const auto axis = time_axis::lay_out({0, 10 * s}, {{0, 6 * s}, {7 * s, 10 * s}}, {.columns = 100});
  CHECK(axis.breaks().empty());
  CHECK(axis.column_of(0) == 0);
  CHECK(axis.column_of(5 * s) == doctest::Approx(50));
  CHECK(axis.column_of(10 * s) == doctest::Approx(100));
}

TEST_CASE("long emptiness is folded, what is left is to scale, and time never runs backwards") {
  const auto axis = time_axis::lay_out({0, 1000 * s}, {{0, 10 * s}, {990 * s, 1000 * s}}, {.columns = 80});
  REQUIRE(axis.breaks().size() == 1);
  const auto& fold = axis.breaks().front();
  CHECK(fold.hidden_from > 10 * s);
  CHECK(fold.hidden_to < 990 * s);
  CHECK(axis.column_of(10 * s) ==
        doctest::Approx(axis.column_of(1000 * s) - axis.column_of(990 * s)).epsilon(0.01));
  double before = -1;
  for (std::int64_t t = -5; t <= 1005; ++t) {
    const double column = axis.column_of(t * s);
    CHECK(column >= before);
    CHECK(column <= 80.0);
    before = column;
  }
}

TEST_CASE("busy time is never folded, and a switch turns folding off") {
  CHECK(time_axis::lay_out({0, 1000 * s}, {{0, 1000 * s}, {1 * s, 2 * s}}, {.columns = 80}).breaks().empty());
  CHECK(time_axis::lay_out({0, 1000 * s}, {{0, s}}, {.columns = 80, .fold = false}).breaks().empty());
  CHECK(time_axis::lay_out({0, 1000 * s}, {{0, s}, {999 * s, 1000 * s}}, {.columns = 12}).breaks().empty());
}

TEST_CASE("times at the ends of what fits in 64 bits, and an empty range, are drawn without overflow") {
  constexpr auto low = std::numeric_limits<std::int64_t>::min();
  constexpr auto high = std::numeric_limits<std::int64_t>::max();
  const auto axis = time_axis::lay_out({low, high}, {{low, low + 1}, {high - 1, high}}, {.columns = 80});
  CHECK(axis.column_of(low) >= 0);
  CHECK(axis.column_of(high) <= 80.0);
  const auto empty = time_axis::lay_out({5, 5}, {}, {.columns = 80});
  CHECK(empty.column_of(5) >= 0);
  CHECK(time_axis::lay_out({high, high}, {}, {.columns = 80}).column_of(high) >= 0);
}
