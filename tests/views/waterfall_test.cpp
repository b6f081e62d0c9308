#include "../fakes/article_trace.hpp"

#include <waybill/analysis/explained_trace.hpp>
#include <waybill/views/terminal/display_text.hpp>
#include <waybill/views/terminal/trace_table.hpp>
#include <waybill/views/terminal/waterfall.hpp>

#include <doctest/doctest.h>

using namespace waybill;
using namespace waybill::fakes;
using namespace waybill::views;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::string draw(const span_batch& batch, const terminal_style& style) {
  return draw_waterfall(explain(batch, trace_builder{}.trace), style);
}

}  // namespace

TEST_CASE("the article's trace is drawn with its wait as a row of its own, and the folded time named") {
  const auto batch = article_trace();
  CHECK(draw(batch, {.width = 80}) == R"(38.6 s: 30.2 s (78 %) queued on "deployment"; 8.4 s (22 %) work.

POST /api/deploy                     60 ms  web     ▏
├─ db.query: select env              12 ms  web     ▏
└─ workflow.runNoWait: deploy        18 ms  web     ▏
   ┊  queued on "deployment"        30.2 s          ░░░╱╱ 25.1 s ╱╱░░░
   └─ task:deployment/deploy         8.4 s  worker                    ▇▇▇▇▇▇▇▇▇▇
      ├─ db.query: fetch deploym…    45 ms  worker                    ▏
      ├─ k8s.apply: deployment       3.2 s  worker                    ▇▇▇▇
      └─ k8s.wait: service loadb…    4.8 s  worker                       ▇▇▇▇▇▇▇
)");
}

TEST_CASE("no line is wider than asked for, whatever the width, and in ASCII there is nothing else") {
  const auto batch = article_trace();
  for (std::size_t width = 50; width <= 200; width += 10) {
    for (const bool ascii : {false, true}) {
      for (const auto& line : lines_of(draw(batch, {.width = width, .ascii = ascii}))) {
        CAPTURE(line);
        CHECK(display_width(line) <= width);
        if (!ascii) continue;
        for (const char c : line) CHECK(static_cast<unsigned char>(c) < 0x80);
      }
    }
  }
}

TEST_CASE("without colour there is no escape sequence, even if a span's name brings one along") {
  trace_builder t;
  t.add("evil\x1b[31m", "\x1b]0;title\x07\x1b[2J name\nsecond line \xE2\x80\xAE", span_kind::server, 0, 0,
        10);
  const std::string text = draw(t.finish(), {.width = 80});
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
  CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
  CHECK(lines_of(text).size() == 3);
}

TEST_CASE("wide characters keep the columns straight") {
  trace_builder t;
  const int root = t.add("网关", "部署请求 POST /部署", span_kind::server, 0, 0, 10);
  t.add("网关", "数据库查询数据库查询数据库查询数据库查询数据库查询", span_kind::client, root, 1, 2);
  const auto lines = lines_of(draw(t.finish(), {.width = 80}));
  REQUIRE(lines.size() == 4);
  for (const auto& line : lines) CHECK(display_width(line) <= 80);
  CHECK(display_width(lines[2].substr(0, lines[2].find("10 ms"))) + 5 ==
        display_width(lines[3].substr(0, lines[3].find("1 ms"))) + 4);
}

TEST_CASE("a failed span is marked, in colour by the one red there is") {
  trace_builder t;
  const int root = t.add("web", "GET /", span_kind::server, 0, 0, 10);
  t[root].status = status_code::error;
  const auto batch = t.finish();
  CHECK(draw(batch, {.width = 80}).find("✗ GET /") != std::string::npos);
  CHECK(draw(batch, {.width = 80, .color = true}).find("\x1b[31m") != std::string::npos);
  CHECK(draw(article_trace(), {.width = 80, .color = true}).find("\x1b[31m") == std::string::npos);
}

TEST_CASE("a chain of ten thousand spans is drawn, cut at the rows that were asked for") {
  trace_builder t;
  for (int i = 1; i <= 10'000; ++i) t.add("web", "deeper", span_kind::internal, i - 1, i * 0.001, 20);
  const auto lines = lines_of(draw(t.finish(), {.width = 80, .most_rows = 100}));
  CHECK(lines.size() >= 103);
  CHECK(lines[102].find("9900 more rows") != std::string::npos);
}

TEST_CASE("the table of traces shows the longest wait, and fits") {
  const auto batch = article_trace();
  const auto explained = explain(batch, trace_builder{}.trace);
  for (std::size_t width : {72, 80, 120}) {
    const auto lines = lines_of(draw_trace_table({summarise(explained)}, {.width = width}, 0));
    REQUIRE(lines.size() == 2);
    CHECK(lines[1].find("4bf92f35") == 0);
    CHECK(lines[1].find(width == 72 ? "30.2 s " : "30.2 s deployment") != std::string::npos);
    for (const auto& line : lines) CHECK(display_width(line) <= width);
  }
  CHECK(draw_trace_table({}, {}, 0) == "no traces yet\n");
}
