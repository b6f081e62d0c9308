// W3C baggage. Each line is a baggage header; the last one is also a value to set.
#include <waybill/context/baggage.hpp>
#include <waybill/context/baggage_walk.hpp>

#include <waybill/base/utf8.hpp>

#include "claim.hpp"
#include "w3c_grammar.hpp"

#include <string>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

struct text_and_pair {
  std::string_view text;
  key_and_value pair;
};

// The valid members, and how many are not.
std::vector<text_and_pair> read_members(std::string_view text, std::size_t& invalid) {
  std::vector<text_and_pair> members;
  invalid = 0;
  if (text.empty()) return members;
  auto parts = split(text, ',');
  std::size_t place = 0;
  for (baggage_members at{text}; at.next(); ++place) {
    must(place < parts.size(), "there are as many members as there are commas, and one");
    must(at.done() == (place + 1 == parts.size()), "the last member is known as the last");
    std::string_view part = trim(parts[place]);
    const auto plain = plain_baggage_member(without_last_semicolon(part));
    if (plain) part = without_last_semicolon(part);
    must(at.ends_early() == (plain && part.size() < trim(parts[place]).size()),
         "an empty property at the end is not of the member's text");
    must(at.valid() == plain.has_value(), "a member is valid exactly when the grammar allows it");
    must(at.text() == part && lies_in(at.text(), text), "a member is a view of the text between two commas");
    if (!at.valid()) {
      ++invalid;
      continue;
    }
    must(at.key() == plain->key && at.value() == plain->value, "key and value are those of the grammar");
    must(
        lies_in(at.key(), at.text()) && lies_in(at.value(), at.text()) && lies_in(at.properties(), at.text()),
        "the parts of a member lie in it");
    const std::size_t semicolon = part.find(';');
    must(at.properties() == (semicolon == part.npos ? "" : trim(part.substr(semicolon + 1))),
         "properties are what stands behind the first semicolon");
    members.push_back({at.text(), *plain});
  }
  must(place == parts.size(), "every member is seen");
  return members;
}

void check_walk(std::string_view text, const std::vector<text_and_pair>& members, std::size_t invalid) {
  for (baggage_members at{text}; at.next();) invalid += at.ends_early() ? 1 : 0;
  std::size_t place = 0;
  const auto any = [](char) { return true; };
  const auto see = [&](std::string_view key, std::string_view value) {
    must(place < members.size() && key == members[place].pair.key && value == members[place].pair.value,
         "the quick walk sees the valid members");
    must(lies_in(key, text) && lies_in(value, text), "the quick walk shows views into the text");
    ++place;
  };
  const auto counted = walk_baggage(text, any, see);
  must(place == members.size() && counted.valid == place, "the quick walk sees all of the valid members");
  must(counted.invalid == invalid, "the quick walk counts what is not valid");
}

std::string_view last_value(const std::vector<text_and_pair>& members, std::string_view key) {
  std::string_view last;
  for (const auto& member : members) {
    if (member.pair.key == key) last = member.pair.value;
  }
  return last;
}

void check_set(std::string_view text, const std::vector<text_and_pair>& members, std::string_view key,
               std::string_view value) {
  const auto set = set_baggage_member(text, key, value);
  if (!set) {
    must(members.size() + 1 > max_baggage_members ||
             text.size() + 3 * value.size() + key.size() + 2 > max_baggage_size,
         "a member is refused only when there is no room");
    return;
  }
  std::size_t invalid = 0;
  const auto now = read_members(*set, invalid);
  must(invalid == 0 && set->size() <= max_baggage_size && now.size() <= max_baggage_members,
       "baggage with a member set is valid and within its limits");
  must(baggage_value(*set, key) == (is_valid_utf8(value) ? std::string{value} : to_valid_utf8(value)),
       "a value that was set reads back the same");
  std::size_t place = 0;
  for (const auto& member : members) {
    if (member.pair.key == key) continue;
    must(place < now.size() && now[place].text == member.text,
         "other members stay, byte for byte and in order");
    ++place;
  }
  must(place + 1 == now.size() && now.back().pair.key == key,
       "the member that was set stands behind the others");
}

void check_shortened(std::string_view text, const std::vector<text_and_pair>& members) {
  for (const std::size_t limit : {text.size() / 3, text.size()}) {
    std::string room(text.size(), '\0');
    room.resize(shorten_baggage(text, limit, "sentry-", room.data()));
    must(room.size() <= limit, "shortened baggage keeps its limit");
    std::size_t invalid = 0;
    std::size_t from = 0;
    for (const auto& member : read_members(room, invalid)) {
      while (from < members.size() && members[from].text != member.text) ++from;
      must(from++ < members.size(), "what is left of shortened baggage stood there, in that order");
    }
    must(invalid == 0, "shortened baggage is valid");
  }
}

void check(std::string_view text, std::string_view value) {
  std::size_t invalid = 0;
  const auto members = read_members(text, invalid);
  check_walk(text, members, invalid);
  if (members.size() > max_baggage_members) return;
  check_set(text, members, "key", value);
  if (!members.empty()) {
    const std::string_view key = members[members.size() / 2].pair.key;
    check_set(text, members, key, value);
    if (invalid == 0) {
      must(find_baggage_member(text, key) == last_value(members, key),
           "of several members the last is found");
      must(baggage_value(text, key) == decode_baggage_value(last_value(members, key)), "found is decoded");
    }
    must(!find_baggage_member(remove_baggage_member(text, key), key), "what was removed is not found");
  }
  check_shortened(text, members);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lines = split(text_of(data, size), '\n', 8);
  for (const auto line : lines) check(line, lines.back());
  return 0;
}
