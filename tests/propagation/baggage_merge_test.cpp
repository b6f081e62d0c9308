#include <waybill/carrier/environment_carrier.hpp>
#include <waybill/carrier/header_list_carrier.hpp>
#include <waybill/carrier/json_object_carrier.hpp>
#include <waybill/carrier/map_carrier.hpp>
#include <waybill/context/baggage.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

using namespace waybill;

namespace {

trace_context context_with(std::string_view baggage) {
  return {span_ids{.trace = *trace_id::from_hex("4bf92f3577b34da6a3ce929d0e0e4736"),
                   .span = span_id::from_hex("00f067aa0ba902b7"),
                   .decision = sampling_decision::sampled},
          context_text::make({}, {&baggage, 1}, false)};
}

std::string baggage_in(const metadata& message) {
  const auto found = message.find("baggage");
  return found == message.end() ? "" : found->second;
}

std::size_t members_in(std::string_view baggage) {
  std::size_t count = 0;
  for (baggage_members members{baggage}; members.next();) {
    CHECK(members.valid());
    ++count;
  }
  return count;
}

// A carrier that can be asked for names, and not walked through.
class asked_by_name {
 public:
  std::optional<std::string_view> get(std::string_view name) const {
    const auto found = entries_.find(std::string{name});
    return found == entries_.end() ? std::nullopt : std::optional<std::string_view>{found->second};
  }
  void set(std::string_view name, std::string_view value) { entries_[std::string{name}] = value; }
  void remove(std::string_view name) { entries_.erase(std::string{name}); }

 private:
  metadata entries_;
};
static_assert(carrier<asked_by_name>);

}  // namespace

TEST_CASE("baggage that the caller has put into the carrier stays, and ours goes behind it") {
  struct row {
    std::string_view theirs;
    std::string_view ours;
    std::string_view merged;
    std::string_view why;
  };
  for (const auto& [theirs, ours, merged, why] : {
           row{"", "", "", "nothing and nothing"},
           row{"", "a=1,b=2", "a=1,b=2", "ours alone"},
           row{"a=1", "", "a=1", "theirs alone"},
           row{"a=1", "b=2", "a=1,b=2", "both"},
           row{"a=1", "a=1", "a=1", "the same once"},
           row{"a=1", "a=2", "a=1", "one key: the caller's value"},
           row{"a=1;p=q", "a=2,b=2", "a=1;p=q,b=2", "properties stay with their member"},
           row{"b=2,a=1", "d=4,a=9,c=3", "b=2,a=1,d=4,c=3", "each in its order"},
           row{"a=1", "sentry-release=1", "a=1,sentry-release=1", "Sentry's members of ours"},
           row{"sentry-release=old", "a=1", "sentry-release=old,a=1",
               "the caller's Sentry members, where we have none"},
           row{"sentry-release=old,a=1", "sentry-release=new", "a=1,sentry-release=new",
               "ours replace all of theirs"},
           row{"sentry-a=1,sentry-b=2,x=1", "sentry-a=9", "x=1,sentry-a=9",
               "also those that ours do not have: they describe one trace together"},
           row{"a=1,sentry-x=1", "b=2,sentry-y=2,c=3", "a=1,b=2,c=3,sentry-y=2",
               "Sentry's last, so that a second time changes nothing"},
           row{"SENTRY-x=1", "sentry-y=2", "SENTRY-x=1,sentry-y=2", "another case is not Sentry's"},
           row{"a=1,,b", "c=3", "a=1,c=3", "members that break the grammar go"},
           row{" a = 1 , b=2", "c=3", "a = 1,b=2,c=3", "white space between members is nobody's"},
           row{"a=%zz", "c=3", "a=%zz,c=3", "what is escaped is not looked into"},
           row{",", "c=3", "c=3", "no comma at the beginning"},
       }) {
    CAPTURE(why);
    metadata message;
    if (!theirs.empty()) message["baggage"] = theirs;
    const injection done = inject(context_with(ours), message);
    CHECK(baggage_in(message) == merged);
    CHECK(done.wrote("baggage") == !merged.empty());
    CHECK_FALSE(message.at("traceparent").empty());
  }
}

TEST_CASE("baggage beside the headers of another message is that message's, and goes") {
  const std::string ids = "11111111111111111111111111111111-2222222222222222";
  for (const auto& [name, value] : metadata{{"traceparent", "00-" + ids + "-01"},
                                            {"Sentry-Trace", ids + "-1"},
                                            {"waybill", "s=1700000000123"},
                                            {"TRACEPARENT", "garbage"}}) {
    CAPTURE(name);
    metadata message{{name, value}, {"baggage", "of=another"}};
    inject(context_with("a=1"), message);
    CHECK(baggage_in(message) == "a=1");
    message = {{name, value}, {"Baggage", "of=another"}};
    inject(context_with(""), message);
    CHECK(message.count("baggage") + message.count("Baggage") == 0);
  }
  // Also what we have written ourselves before: the same carrier for a second message.
  metadata reused{{"baggage", "of=caller"}};
  inject(context_with("a=1"), reused);
  CHECK(baggage_in(reused) == "of=caller,a=1");
  inject(context_with("b=2"), reused);
  CHECK(baggage_in(reused) == "b=2");
}

TEST_CASE("every kind of carrier keeps the caller's baggage") {
  const trace_context context = context_with("a=2,b=2");
  header_list list{{"Baggage", "a=1"}, {"x", "1"}, {"baggage", "c=3"}};
  inject(context, list);
  const auto count =
      std::count_if(list.begin(), list.end(), [](const auto& one) { return one.first == "baggage"; });
  CHECK(count == 1);
  CHECK(std::find(list.begin(), list.end(), std::pair<std::string, std::string>{"baggage", "a=1,c=3,b=2"}) !=
        list.end());

  std::string json = R"({"Baggage": "a=\u0031", "n": 1})";
  json_object_carrier object{json};
  inject(context, object);
  CHECK(json.find(R"("baggage":"a=1,b=2")") != std::string::npos);
  CHECK(json.find("Baggage") == std::string::npos);

  asked_by_name asked;
  asked.set("baggage", "a=1");
  inject(context, asked);
  CHECK(asked.get("baggage") == "a=1,b=2");

  environment_carrier child{nullptr};
  child.set("baggage", "a=1");
  inject(context, child);
  CHECK(child.get("baggage") == "a=2,b=2");  // from whoever started this process, not for the child
}

TEST_CASE("64 members and 8,192 bytes: the caller's first, then Sentry's, and no comma at the beginning") {
  std::string many;
  for (int i = 0; i < 63; ++i) many += "k" + std::to_string(i) + "=v,";
  many += "last=1";
  metadata message{{"baggage", many}};
  inject(context_with("sentry-release=1,a=1"), message);
  CHECK(baggage_in(message) == many);

  many = many.substr(0, many.rfind(','));
  message = {{"baggage", many}};
  inject(context_with("a=1,sentry-release=1"), message);
  CHECK(baggage_in(message) == many + ",sentry-release=1");

  const std::string long_member = "long=" + std::string(8180, 'v');
  message = {{"baggage", long_member}};
  inject(context_with("sentry-release=too_long_for_it,b=2"), message);
  CHECK(baggage_in(message) == long_member + ",b=2");  // what does not fit does not keep out what does

  message = {{"baggage", "big=" + std::string(8300, 'v')}};
  inject(context_with("a=1"), message);
  CHECK(baggage_in(message) == "a=1");
  for (const std::size_t size : {4000U, 8000U, 8100U, 8192U}) {
    message = {{"baggage", "k=" + std::string(size - 2, 'v')}};
    inject(context_with("a=" + std::string(300, 'x') + ",b=1"), message);
    CHECK(baggage_in(message).size() <= max_baggage_size);
    CHECK(members_in(baggage_in(message)) >= 1);
  }
}

TEST_CASE("the caller's baggage counts against the budget") {
  const auto sent = [](carrier_budget budget) {
    metadata message{{"baggage", "a=1"}};
    const injection done = inject(context_with(""), message,
                                  {.stamp = {.stamped = 1'700'000'000'000'000'000}, .budget = budget});
    std::size_t bytes = 0;
    for (const auto& [name, value] : message) bytes += name.size() + value.size();
    CHECK(message.size() <= budget.headers);
    CHECK(bytes <= budget.bytes);
    CHECK(done.over_budget.has(known_headers.find("baggage")) == (message.count("baggage") == 0));
    return message.count("baggage") != 0;
  };
  CHECK(sent({.headers = 4}));
  CHECK_FALSE(sent({.headers = 3}));
  for (std::uint32_t bytes = 0; bytes < 300; ++bytes) sent({.bytes = bytes});
  CHECK(sent({.bytes = 300}));
}

TEST_CASE("baggage that is on its way in the carrier it came in is written once") {
  metadata message{{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                   {"baggage", "a=1,b=2"}};
  const trace_context context = extract(message).to_context();
  inject(context, message);
  CHECK(baggage_in(message) == "a=1,b=2");
}
