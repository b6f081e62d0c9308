#include <waybill/base/ascii.hpp>
#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/context/tracestate.hpp>
#include <waybill/formats/w3c_trace_context.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>

#include "case_file.hpp"

#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

using namespace waybill;
using namespace waybill::testing;

TEST_CASE("W3C trace context is read and passed on by its rules") {
  for (const auto& row : read_cases("w3c/trace_context.tsv", 5)) {
    const std::string& why = row[4];
    CAPTURE(why);
    const header_list received = headers_of(row[0]);
    const extracted found = extract(received);
    REQUIRE(found.ids().has_value() == (row[1] == "ok"));
    const trace_context context = found.to_context();
    CHECK(context.tracestate() == expected(row[3]));
    if (!found.ids()) {
      CHECK(context.ids().trace.to_hex() != expanded("{T}"));
      continue;
    }
    metadata sent;
    inject(context, sent);
    CHECK(sent["traceparent"] == expanded("00-{T}-{P}-") + row[2]);
    CHECK(sent.count("tracestate") == (context.tracestate().empty() ? 0U : 1U));
  }
}

TEST_CASE("W3C baggage is passed on byte for byte, and members that are not valid are not") {
  for (const auto& row : read_cases("w3c/baggage.tsv", 3)) {
    const std::string& why = row[2];
    CAPTURE(why);
    header_list received = headers_of(row[0]);
    received.emplace_back("traceparent", expanded("00-{T}-{P}-01"));
    const extracted found = extract(received);
    const trace_context context = found.to_context();
    CHECK(context.baggage() == expected(row[1]));
    metadata sent;
    inject(context, sent);
    CHECK(sent["baggage"] == expected(row[1]));
    std::size_t valid = 0;
    for (baggage_members members{context.baggage()}; members.next();) valid += members.valid() ? 1U : 100U;
    CHECK(valid <= max_baggage_members);
  }
}

TEST_CASE("baggage passes on without any trace: it is the application's") {
  const metadata received{{"baggage", "userId=alice"}};
  const trace_context context = extract(received).to_context();
  CHECK_FALSE(context.ids().span);
  CHECK(context.baggage() == "userId=alice");
}

TEST_CASE("the value of a baggage member is decoded on request") {
  struct row {
    std::string_view text;
    std::optional<std::string> value;  // of k
    std::string_view why;
  };
  for (const auto& [text, value, why] : {
           row{"k=v", "v", "plain"},
           row{"j=1,k=v,l=2", "v", "among others"},
           row{"k=DF%2028", "DF 28", "an escaped space"},
           row{"k=a+b", "a+b", "a plus is a plus"},
           row{"k=Am%C3%A9lie", "Am\xC3\xA9lie", "UTF-8"},
           row{"k=%ff", "\xEF\xBF\xBD", "no UTF-8"},
           row{"k=%zz%4", "%zz%4", "percent signs that escape nothing"},
           row{"k=", "", "empty is not absent"},
           row{"j=1", std::nullopt, "absent"},
           row{"", std::nullopt, "absent from nothing"},
           row{"kk=1,K=2,ak=3", std::nullopt, "keys compare whole, and with case"},
           row{"k=1,k=2", "2", "the last of several"},
           row{"k = v ;p=1", "v", "white space and properties are not part of it"},
           row{"a=1;k=2", std::nullopt, "a property is no member"},
           row{"j=1, k=v", "v", "white space behind a comma"},
       }) {
    CAPTURE(why);
    CHECK(baggage_value(text, "k") == value);
  }
  CHECK(baggage_value("k=v", "") == std::nullopt);
}

TEST_CASE("an empty text has no members, and a comma has two empty ones") {
  CHECK_FALSE(baggage_members{""}.next());
  CHECK_FALSE(tracestate_members{""}.next());
  baggage_members members{","};
  CHECK(members.next());
  CHECK_FALSE(members.valid());
  CHECK(members.next());
  CHECK_FALSE(members.next());
}

TEST_CASE("a member of baggage is set and removed, and the others stay as they are") {
  CHECK(set_baggage_member("", "k", "a b,c%") == "k=a%20b%2Cc%25");
  CHECK(set_baggage_member("a=%41;p, k=1 ,c=3", "k", "v") == "a=%41;p,c=3,k=v");
  CHECK(set_baggage_member("k=1,k=2", "k", "") == "k=");
  CHECK_FALSE(set_baggage_member("", "no token", "v"));
  CHECK_FALSE(set_baggage_member("", "", "v"));
  CHECK_FALSE(set_baggage_member(members(64), "k", "v"));
  CHECK(set_baggage_member(members(64), "bar01", "v"));
  CHECK_FALSE(set_baggage_member("", "k", std::string(8191, 'v')));
  CHECK(remove_baggage_member("a=1 , k=2,b=3", "k") == "a=1,b=3");
  CHECK(remove_baggage_member("a=1 , b=3", "k") == "a=1 , b=3");
  CHECK(remove_baggage_member("k=2", "k").empty());
}

TEST_CASE("a member of tracestate is set on the left, and the others stay as they are") {
  CHECK(set_tracestate_member("", "ours", "x") == "ours=x");
  CHECK(set_tracestate_member("foo=1 , bar= 2", "ours", "x") == "ours=x,foo=1 , bar= 2");
  CHECK(set_tracestate_member("foo=1,ours=old,bar=2", "ours", "x") == "ours=x,foo=1,bar=2");
  CHECK(set_tracestate_member("foo=1,ours=old,bar=2,ours=older", "ours", "x") == "ours=x,foo=1,bar=2");
  CHECK(set_tracestate_member(members(32), "ours", "x") == "ours=x," + members(31));
  CHECK(set_tracestate_member(members(32), "bar32", "x") == "bar32=x," + members(31));
  CHECK_FALSE(set_tracestate_member("", "Ours", "x"));
  CHECK_FALSE(set_tracestate_member("", "ours", "a,b"));
  CHECK_FALSE(set_tracestate_member("", "ours", "a "));
  CHECK_FALSE(set_tracestate_member("", "ours", ""));
  CHECK_FALSE(set_tracestate_member("BAD=1", "ours", "x"));
  CHECK(remove_tracestate_member("foo=1,ours=x, bar=2", "ours") == "foo=1,bar=2");
  CHECK(remove_tracestate_member("ours=x", "ours").empty());
  CHECK(find_tracestate_member("foo=1,bar= 2", "bar") == " 2");
  CHECK_FALSE(find_tracestate_member("foo=1", "bar"));
}

TEST_CASE("the quick way over plain members and the full grammar agree") {
  // Lists of such pieces, of every length around the window's, read whole and member by member.
  const std::string_view pieces[] = {
      "a=1", "key_1=va.lue", "k@y=v", "x*=1",  " a=1",  "a=1 ", "a=",  "=1",    "a",      "",
      "A=1", "a=b=c",        "a=b;p", "a=b c", "a\t=1", "a=\"", "0=0", "a=b ;", "a=b;p; "};
  std::uint32_t seed = 1;
  const auto random = [&seed] { return (seed = seed * 1664525 + 1013904223) >> 8; };
  for (int round = 0; round < 20'000; ++round) {
    std::string list;
    for (std::uint32_t count = random() % 24; count > 0; --count) {
      list += random() % 3 == 0 ? pieces[random() % std::size(pieces)] : pieces[random() % 2];
      if (count > 1) list += ',';
    }
    std::size_t state_members = 0;
    tracestate_members state{list};
    while (state.next()) ++state_members;
    const auto counted = count_tracestate_members(list);
    REQUIRE(counted.has_value() == !state.malformed());
    if (counted) REQUIRE(*counted == state_members);

    kept_text kept;
    keep_baggage(
        {std::array{std::string_view{list}}}, [](std::string_view) { return true; }, kept);
    std::string valid(kept.size(), '\0');
    kept.write(valid.data());
    const metadata received{{"traceparent", expanded("00-{T}-{P}-01")}, {"baggage", list}};
    const extracted found = extract(received);
    REQUIRE(found.to_context().baggage() == valid);
    REQUIRE(found.rejected().has(rejection::baggage_member_malformed) ==
            (valid != trim_ows(list) && !list.empty()));
  }
}
