#include <waybill/export/transaction_assembly.hpp>

#include <waybill/record/record_arena.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

using namespace waybill;

namespace {

constexpr std::int64_t second = 1'000'000'000;

span_id id(int number) {
  span_id::bytes_type bytes{};
  bytes[0] = 0xAB;
  bytes[7] = static_cast<std::uint8_t>(number);
  bytes[6] = static_cast<std::uint8_t>(number >> 8);
  return *span_id::from_bytes(bytes);
}
trace_id trace(int number) {
  trace_id::bytes_type bytes{};
  bytes[15] = static_cast<std::uint8_t>(number);
  return *trace_id::from_bytes(bytes);
}

// name: what the transaction shows for it. parent 0: a root; negative: one whose parent is in another process.
struct ended {
  int number;
  int parent;
  int start = 0;
  int of_trace = 1;
};

struct fixture {
  explicit fixture(const assembly_limits& limits = {}) : assembly(limits) {}

  // Of each transaction that left: the root's name, its records, and after a colon the names of its spans in order.
  std::vector<std::string> add(const std::vector<ended>& spans) {
    record_arena arena;
    for (const auto& [number, parent, start, of_trace] : spans) {
      span_record record{.trace = trace(of_trace), .span = id(number)};
      if (parent != 0) record.parent = id(std::abs(parent));
      record.flags = parent < 0 ? 0x301 : 0x101;
      record.name = arena.copy(std::string_view{"s" + std::to_string(number)});
      record.baggage = arena.copy(std::string_view{"sentry-public_key=of_s" + std::to_string(number)});
      record.start = record.end = start * second;
      arena.spans().push_back(record);
    }
    const auto batch = arena.finish();
    left.clear();
    assembly.add(batch, now, visit);
    return left;
  }
  std::vector<std::string> release(bool all) {
    left.clear();
    assembly.release(all, now, visit);
    return left;
  }

  transaction_assembly assembly;
  steady_nanos now = 1000 * second;
  std::vector<std::string> left;

 private:
  static std::vector<std::string> names_in(std::string_view spans) {
    constexpr std::string_view key = R"("description":")";
    std::vector<std::string> names;
    for (auto at = spans.find(key); at != spans.npos; at = spans.find(key, at + 1)) {
      const auto begin = at + key.size();
      names.emplace_back(spans.substr(begin, spans.find('"', begin) - begin));
    }
    return names;
  }
  void note(const transaction_assembly::transaction& whole) {
    std::string text = whole.root.name + " " + std::to_string(whole.records) + ":";
    for (const auto& name : names_in(whole.spans)) text += " " + name;
    left.push_back(text);
    headers.emplace_back(whole.trace_header);
  }

  std::function<void(const transaction_assembly::transaction&)> visit =
      [this](const transaction_assembly::transaction& whole) { note(whole); };

 public:
  std::vector<std::string> headers;
};

using all = std::vector<std::string>;

}  // namespace

TEST_CASE("a root leaves with its descendants, in whatever order and batches they ended") {
  struct row {
    std::vector<std::vector<ended>> batches;
    all transactions;
    std::string_view why;
  };
  for (const auto& [batches, transactions, why] : std::vector<row>{
           {{{{1, 0}}}, {"s1 1:"}, "alone"},
           {{{{2, 1}, {3, 1}, {1, 0}}}, {"s1 3: s2 s3"}, "children first"},
           {{{{3, 2}}, {{2, 1}}, {{1, 0}}}, {"s1 3: s3 s2"}, "a batch each"},
           {{{{2, 1}, {3, 2}, {4, 3}, {1, 0}}},
            {"s1 4: s2 s3 s4"},
            "parents that ended before their children"},
           {{{{1, 0}, {2, 1}}}, {"s1 2: s2"}, "a child that ended a moment after its root"},
           {{{{2, 1}, {1, -9}}}, {"s1 2: s2"}, "a root with a parent elsewhere"},
           {{{{2, 1}, {1, -9}, {4, 3}, {3, -1}}},
            {"s1 2: s2", "s3 2: s4"},
            "a task of the same process and trace"},
           {{{{2, 1, 0, 1}, {2, 1, 0, 2}, {1, 0, 0, 2}, {1, 0, 0, 1}}},
            {"s1 2: s2", "s1 2: s2"},
            "two traces at once"},
       }) {
    CAPTURE(why);
    fixture f;
    all left;
    for (const auto& batch : batches) {
      for (const auto& one : f.add(batch)) left.push_back(one);
    }
    CHECK(left == transactions);
    CHECK(f.assembly.waiting() == 0);
    CHECK(f.release(true).empty());
  }
}

TEST_CASE(
    "children of a task that runs on wait for it, and leave under one of their own when it takes too long") {
  fixture f{{.longest_wait = 300 * second}};
  CHECK(f.add({{3, 2, 20}, {2, 1, 10}}).empty());
  f.now += 299 * second;
  CHECK(f.add({{4, 1, 40}}).empty());
  CHECK(f.assembly.waiting() == 3);
  f.now += second;
  CHECK(f.release(false) == all{"s2 3: s3 s4"});
  REQUIRE(f.headers.size() == 1);
  CHECK(f.headers[0] == R"({"trace_id":"00000000000000000000000000000001","public_key":"of_s3"})");
  CHECK(f.assembly.waiting() == 0);
  CHECK(f.add({{5, 1}, {1, 0}}) == all{"s1 2: s5"});
}

TEST_CASE("what waits leaves when somebody waits for it") {
  fixture f;
  CHECK(f.add({{2, 1, 5}, {3, 1, 4}}).empty());
  CHECK(f.release(false).empty());
  CHECK(f.release(true) == all{"s3 2: s2"});
  CHECK(f.release(true).empty());
  CHECK(f.add({{1, 0}}) == all{"s1 1:"});
}

TEST_CASE("a child that ends after its root has left waits, and leaves on its own") {
  fixture f;
  CHECK(f.add({{1, 0}}) == all{"s1 1:"});
  CHECK(f.add({{2, 1}}).empty());
  f.now += 300 * second;
  CHECK(f.release(false) == all{"s2 1:"});
}

TEST_CASE("memory for what waits is bounded: the trace with most of it leaves first, and nothing is lost") {
  fixture f{{.waiting_bytes = 20'000}};
  std::size_t left = 0;
  for (int number = 10; number < 200; ++number) {
    for (const auto& one : f.add({{number, 1, number, number % 5 == 0 ? 2 : 1}})) {
      CHECK(one.starts_with("s"));
      left += static_cast<std::size_t>(std::stoi(one.substr(one.find(' '))));
    }
    CHECK(f.assembly.waiting() < 70);
  }
  CHECK(left + f.assembly.waiting() == 190);
  CHECK(left > 100);
}

TEST_CASE("a transaction has a thousand spans at most; the others leave under one of their own") {
  fixture f;
  std::vector<ended> spans;
  for (int number = 2; number < 1500; ++number) spans.push_back({number, 1, number});
  spans.push_back({1, 0});
  const auto left = f.add(spans);
  REQUIRE(left.size() == 2);
  CHECK(left[0].starts_with("s1 1001: s2 s3"));
  CHECK(left[1].starts_with("s1002 498: s1003"));
  CHECK(f.assembly.waiting() == 0);
}

TEST_CASE("a thousand spans do not wait for their root") {
  fixture f;
  std::vector<ended> spans;
  for (int number = 2; number < 1100; ++number) spans.push_back({number, 1, number});
  const auto left = f.add(spans);
  REQUIRE(left.size() == 2);
  CHECK(left[0].starts_with("s2 1001: s3"));
  CHECK(left[1].starts_with("s1003 97: s1004"));
}
