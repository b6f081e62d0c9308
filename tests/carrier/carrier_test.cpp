#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>

#include "../conformance/carrier_conformance.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

using namespace waybill;
using namespace waybill::testing;

namespace {

template <class Map>
struct held_map {
  static constexpr bool keeps_duplicates = !requires(Map map) { map["name"]; };
  static constexpr bool keeps_case = true;
  static std::string name_of(std::string_view name) { return std::string{name}; }

  Map& carrier() { return map; }
  void put(std::string name, std::string value) { map.emplace(std::move(name), std::move(value)); }
  header_pairs entries() const {
    header_pairs all{map.begin(), map.end()};
    std::sort(all.begin(), all.end());
    return all;
  }

  Map map;
};

template <class List>
struct held_list {
  static constexpr bool keeps_duplicates = true;
  static constexpr bool keeps_case = true;
  static std::string name_of(std::string_view name) { return std::string{name}; }

  List& carrier() { return list; }
  void put(std::string name, std::string value) {
    list.push_back(typename List::value_type{std::move(name), std::move(value)});
  }
  header_pairs entries() const {
    header_pairs all;
    for (const auto& [name, value] : list) all.emplace_back(name, value);
    return all;
  }

  List list;
};

struct named_header {
  std::string name;
  std::string value;
};

// A user's type, as they have them: strings in its signatures, no idea of waybill.
class mail_headers {
 public:
  void for_each(const std::function<void(const std::string&, const std::string&)>& visit) const {
    for (const auto& [name, value] : lines_) visit(name, value);
  }
  void set(const std::string& name, const std::string& value) {
    for (auto& line : lines_) {
      if (line.first == name) {
        line.second = value;
        return;
      }
    }
    lines_.emplace_back(name, value);
  }
  void remove(const std::string& name) {
    std::erase_if(lines_, [&](const auto& line) { return line.first == name; });
  }
  header_pairs lines_;
};
static_assert(carrier<mail_headers>);

struct held_mail_headers {
  static constexpr bool keeps_duplicates = true;
  static constexpr bool keeps_case = true;
  static std::string name_of(std::string_view name) { return std::string{name}; }

  mail_headers& carrier() { return headers; }
  void put(std::string name, std::string value) {
    headers.lines_.emplace_back(std::move(name), std::move(value));
  }
  header_pairs entries() const { return headers.lines_; }

  mail_headers headers;
};

// A C library's type: no members to be had.
struct c_headers {
  header_pairs fields;
};

struct held_c_headers {
  static constexpr bool keeps_duplicates = true;
  static constexpr bool keeps_case = true;
  static std::string name_of(std::string_view name) { return std::string{name}; }

  c_headers& carrier() { return headers; }
  void put(std::string name, std::string value) {
    headers.fields.emplace_back(std::move(name), std::move(value));
  }
  header_pairs entries() const { return headers.fields; }

  c_headers headers;
};

}  // namespace

template <>
struct waybill::carrier_traits<c_headers> {
  template <class Visit>
  static void for_each(const c_headers& from, Visit&& visit) {
    for (const auto& [name, value] : from.fields) visit(name, value);
  }
  static void set(c_headers& to, std::string_view name, std::string_view value) {
    remove(to, name);
    to.fields.emplace_back(name, value);
  }
  static void remove(c_headers& from, std::string_view name) {
    std::erase_if(from.fields, [&](const auto& field) { return field.first == name; });
  }
};
static_assert(carrier<c_headers>);

TEST_CASE("a map is a carrier") {
  check_carrier<held_map<metadata>>();
}
TEST_CASE("a map with a transparent comparator is a carrier") {
  check_carrier<held_map<std::map<std::string, std::string, std::less<>>>>();
}
TEST_CASE("a hash map is a carrier") {
  check_carrier<held_map<std::unordered_map<std::string, std::string>>>();
}
TEST_CASE("a multimap is a carrier") {
  check_carrier<held_map<std::multimap<std::string, std::string>>>();
}
TEST_CASE("a vector of pairs is a carrier") {
  check_carrier<held_list<header_list>>();
}
TEST_CASE("a list of named headers is a carrier") {
  check_carrier<held_list<std::list<named_header>>>();
}
TEST_CASE("a deque of named headers is a carrier") {
  check_carrier<held_list<std::deque<named_header>>>();
}
TEST_CASE("a user's type with for_each, set and remove is a carrier") {
  check_carrier<held_mail_headers>();
}
TEST_CASE("a type without members is a carrier through its traits") {
  check_carrier<held_c_headers>();
}

TEST_CASE("a reference, a const and a list of views can be read; only what owns its bytes can be written") {
  using views = std::vector<std::pair<std::string_view, std::string_view>>;
  static_assert(carrier_reader<const metadata&>);
  static_assert(carrier_reader<std::span<const std::pair<std::string, std::string>>>);
  static_assert(carrier_reader<views> && !carrier<views>);
  static_assert(!carrier<std::map<std::string, int>>);
  static_assert(!carrier_reader<std::string> && !carrier_reader<std::vector<std::string>>);
  static_assert(writable_carrier<metadata> && !writable_carrier<const metadata>);
  const views received{{"traceparent", sample::traceparent}};
  CHECK(extract(received).ids());
}

namespace {

// Refuses what the test tells it to.
struct moody_headers {
  void for_each(header_visitor visit) const {
    for (const auto& [name, value] : lines) {
      if (name == throws_at) throw std::runtime_error{"for_each"};
      visit(name, value);
    }
  }
  void set(std::string_view name, std::string_view value) {
    if (name == refuses) throw std::runtime_error{"set"};
    lines[std::string{name}] = value;
  }
  void remove(std::string_view name) {
    if (name == sticks) throw std::runtime_error{"remove"};
    lines.erase(std::string{name});
  }

  metadata lines;
  std::string throws_at;
  std::string refuses;
  std::string sticks;
};

}  // namespace

TEST_CASE("a header that set refuses is left out and told, and the others are written") {
  moody_headers headers;
  headers.lines["tracestate"] = "of=another,message=1";
  headers.refuses = "tracestate";
  const injection done = inject(sample::context(), headers, sample::options());
  CHECK(done.failed == header_set::only(known_headers.find("tracestate")));
  CHECK_FALSE(done.wrote("tracestate"));
  CHECK(done.wrote("traceparent"));
  CHECK(headers.lines.count("tracestate") == 0);  // not the old one either
  CHECK(headers.lines.count("baggage") == 1);
}

TEST_CASE("a header is not written beside a spelling of it that will not go") {
  moody_headers headers;
  headers.lines["Traceparent"] = "stays";
  headers.sticks = "Traceparent";
  const injection done = inject(sample::context(), headers, sample::options());
  CHECK(done.failed.has(known_headers.find("traceparent")));
  CHECK(headers.lines.count("traceparent") == 0);
  CHECK(headers.lines.count("sentry-trace") == 1);
}

TEST_CASE("a carrier that throws while it is read is told, and what it showed before counts") {
  moody_headers headers;
  headers.lines = {{"traceparent", std::string{sample::traceparent}}, {"zz", ""}};
  headers.throws_at = "zz";
  const extracted found = extract(headers);
  CHECK(found.ids());
  CHECK(found.rejected().has(rejection::carrier_failed));
}

TEST_CASE("more spellings than are noted in one round are removed all the same") {
  mail_headers headers;
  for (unsigned letters = 1; letters < 128; ++letters) {
    std::string name = "baggage";
    for (std::size_t i = 0; i < name.size(); ++i) {
      if ((letters >> i & 1) != 0) name[i] = static_cast<char>(name[i] - 'a' + 'A');
    }
    headers.lines_.emplace_back(name, "a=1");
  }
  inject(sample::context(), headers, sample::options());
  CHECK(headers.lines_.size() == 5);
}

TEST_CASE("set leaves one entry of that name, where the first was, and remove none") {
  header_list list{{"a", "1"}, {"b", "2"}, {"a", "3"}, {"A", "4"}};
  using traits = carrier_traits<header_list>;
  traits::set(list, "a", "x");
  CHECK(list == header_list{{"a", "x"}, {"b", "2"}, {"A", "4"}});
  traits::set(list, "c", "y");
  traits::remove(list, "b");
  traits::remove(list, "b");
  CHECK(list == header_list{{"a", "x"}, {"A", "4"}, {"c", "y"}});

  std::multimap<std::string, std::string> map{{"a", "1"}, {"a", "2"}, {"b", "3"}};
  using map_traits = carrier_traits<std::multimap<std::string, std::string>>;
  map_traits::set(map, "a", "x");
  map_traits::set(map, "c", "y");
  map_traits::remove(map, "b");
  CHECK(map == std::multimap<std::string, std::string>{{"a", "x"}, {"c", "y"}});
}

TEST_CASE("a value of another length is replaced as well as one of the same") {
  metadata map{{"traceparent", "short"}, {"waybill", std::string(500, 'x')}};
  inject(sample::bare_context(), map, sample::options());
  CHECK(map.at("traceparent") == "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
  CHECK(map.at("waybill") == "s=1700000000123;p=00f067aa0ba902b7");
}
