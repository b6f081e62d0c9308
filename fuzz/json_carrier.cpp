// A JSON object as a carrier. The first byte chooses what is written; the rest is the text of the object.
#include <waybill/carrier/json_object_carrier.hpp>
#include <waybill/carrier/json_object_members.hpp>

#include <waybill/base/json_writer.hpp>
#include <waybill/base/utf8.hpp>
#include <waybill/formats/known_headers.hpp>
#include <waybill/propagation/extract.hpp>
#include <waybill/propagation/inject.hpp>

#include "claim.hpp"

#include <simdjson.h>

#include <string>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

struct raw_member {
  std::string key;
  std::string value;
  bool is_string;
  friend bool operator==(const raw_member&, const raw_member&) = default;
};

// As they stand in the text, with the keys' escapes.
std::vector<raw_member> members_of(std::string_view json) {
  std::vector<raw_member> found;
  json_object_members members{json};
  while (members.next()) {
    must(lies_in(members.raw_key(), json) && lies_in(members.raw_value(), json),
         "members are views into the text");
    must(members.member_begin() < members.value_begin() && members.value_begin() <= members.value_end() &&
             members.value_end() <= json.size(),
         "a member's places lie in the text, in order");
    found.push_back({std::string{members.raw_key()}, std::string{members.raw_value()}, members.is_string()});
  }
  must(members.position() <= json.size(), "a problem is at a place in the text");
  return found;
}

std::string decoded(std::string_view raw) {
  std::string text(raw.size(), '\0');
  text.resize(decode_json_string(raw, text.data()));
  return text;
}

bool is_blank(std::string_view json) {
  return json.find_first_not_of(" \t\r\n") == json.npos;
}

// Another parser's word on it. It refuses some more: numbers that are too large, and halves of surrogate pairs.
void compare_with_simdjson(const std::string& json, const json_object_carrier& carrier) {
  if (!is_valid_utf8(json)) return;
  static simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(simdjson::padded_string{json}).get_object().get(object) != simdjson::SUCCESS) return;
  const std::string problem = carrier.problem();
  must(problem.empty() || problem.find("deeper than 512") != problem.npos,
       "what another parser reads, the carrier reads");
  if (!problem.empty()) return;
  std::vector<std::pair<std::string, std::string>> expected;
  for (const auto& [key, value] : object) {
    std::string_view text;
    if (value.get_string().get(text) == simdjson::SUCCESS) expected.emplace_back(key, text);
  }
  std::size_t place = 0;
  carrier.for_each([&](std::string_view name, std::string_view value) {
    must(place < expected.size() && expected[place].first == name && expected[place].second == value,
         "the strings of an object are those that another parser sees, in order");
    ++place;
  });
  must(place == expected.size() || json.size() > 64 * 1024, "all of an object's strings are shown");
}

// set, then remove, of a name that was not there.
void check_set_and_remove(const std::string& json, std::string_view name, std::string_view value) {
  for (const auto& member : members_of(json)) {
    if (decoded(member.key) == name) return;
  }
  std::string edited = json;
  json_object_carrier carrier{edited};
  carrier.set(name, value);
  must(carrier.problem().empty(), "an object that was written to is an object");
  const auto now = members_of(edited);
  const auto before = members_of(json);
  must(now.size() == before.size() + 1 && std::equal(before.begin(), before.end(), now.begin()),
       "a new member stands behind the others, which stay as they were");
  must(decoded(now.back().key) == to_valid_utf8(name) && decoded(now.back().value) == to_valid_utf8(value),
       "what was set reads back the same");
  if (!is_valid_utf8(name)) return;
  carrier.remove(name);
  must(edited == (is_blank(json) ? "{}" : json),
       "what was set and removed again leaves no trace, to the byte");
}

void check_inject(const std::string& json, unsigned choice) {
  std::string edited = json;
  json_object_carrier carrier{edited};
  const trace_context context{{.trace = *trace_id::from_hex("4bf92f3577b34da6a3ce929d0e0e4736"),
                               .span = span_id::from_hex("00f067aa0ba902b7"),
                               .decision = sampling_decision::sampled}};
  injection_options options{.formats = *propagator::from_names((choice & 1) != 0 ? "tracecontext" : "")};
  options.stamp.stamped = 1'700'000'000'000'000'000;
  inject(context, carrier, options);
  must(carrier.problem().empty(), "an object that was injected into is an object");
  const auto is_ours = [&](const raw_member& member) {
    const int slot = known_headers.find(decoded(member.key));
    return slot >= 0 && options.formats.headers().has(slot);
  };
  auto before = members_of(json);
  auto now = members_of(edited);
  std::erase_if(before, is_ours);
  std::erase_if(now, is_ours);
  must(before == now, "members that are not ours stay, byte for byte and in order");
  const extracted found = extract(carrier, options.formats);
  must(found.ids() && found.ids()->trace == context.ids().trace && found.ids()->span == context.ids().span,
       "what was injected is extracted");
  const std::string once = edited;
  inject(context, carrier, options);
  must(edited == once, "injecting twice is injecting once");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = text_of(data, size);
  const unsigned choice = take_byte(input);
  const std::string json{input};
  std::string text = json;
  json_object_carrier carrier{text};
  compare_with_simdjson(json, carrier);
  if (!carrier.problem().empty()) {
    carrier.for_each(
        [](std::string_view, std::string_view) { must(false, "what is no object reads as empty"); });
    carrier.set("a", "b");
    carrier.remove("a");
    inject(trace_context{{.trace = trace_id::make(), .span = span_id::make()}}, carrier);
    must(text == json, "what is no object is never written to");
    return 0;
  }
  check_set_and_remove(json, "new \"name\"\n", input.substr(0, 40));
  check_set_and_remove(json, input.substr(0, choice), "value");
  check_inject(json, choice);
  carrier.remove("traceparent");
  must(carrier.problem().empty(), "an object stays an object");
  return 0;
}
