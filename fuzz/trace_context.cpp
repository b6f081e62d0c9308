// traceparent and tracestate. The first line is a traceparent, each further one a tracestate header.
#include <waybill/context/tracestate.hpp>
#include <waybill/formats/w3c_trace_context.hpp>

#include "claim.hpp"
#include "w3c_grammar.hpp"

#include <string>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

bool is_traceparent(std::string_view text) {
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const std::string_view version = text.substr(0, 2);
  if (!all_of(version, is_lower_hex) || version == "ff") return false;
  if (text.size() > 55 && (version == "00" || text[55] != '-')) return false;
  return is_lower_hex_id(text.substr(3, 32), 32) && is_lower_hex_id(text.substr(36, 16), 16) &&
         all_of(text.substr(53, 2), is_lower_hex);
}

void check_traceparent(std::string_view value) {
  const auto ids = read_traceparent(value);
  const std::string_view text = trim(value);
  must(ids.has_value() == is_traceparent(text), "a traceparent is read exactly when the grammar allows it");
  if (!ids) return;
  must(ids->trace.to_hex() == text.substr(3, 32) && ids->span && ids->span->to_hex() == text.substr(36, 16),
       "the ids of a traceparent are those that stand in it");
  must(ids->remote && ids->decision != sampling_decision::deferred, "a traceparent comes with a decision");

  char room[traceparent_size];
  const std::string_view written = write_traceparent(*ids, room);
  must(is_traceparent(written) && written.starts_with("00-"),
       "what is written is a traceparent of version 00");
  must(read_traceparent(written) == ids, "a traceparent that was written reads back the same");
}

std::vector<key_and_value> plain_members(std::string_view text, bool& valid) {
  std::vector<key_and_value> members;
  valid = true;
  for (const auto part : split(text, ',')) {
    const std::string_view trimmed = trim(part);
    if (trimmed.empty()) continue;
    const auto member = plain_tracestate_member(trimmed);
    valid = valid && member.has_value();
    if (!valid) break;
    members.push_back(*member);
  }
  return members;
}

std::vector<key_and_value> quick_members(std::string_view text) {
  std::vector<key_and_value> members;
  for (tracestate_members at{text}; at.next();) {
    must(lies_in(at.text(), text) && lies_in(at.key(), at.text()) && lies_in(at.value(), at.text()),
         "a member of tracestate is a view into it");
    members.push_back({at.key(), at.value()});
  }
  return members;
}

bool equal(const std::vector<key_and_value>& a, const std::vector<key_and_value>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].key != b[i].key || a[i].value != b[i].value) return false;
  }
  return true;
}

void check_edits(std::string_view text, const std::vector<key_and_value>& members, std::string_view key) {
  std::vector<key_and_value> others;
  for (const auto& member : members) {
    if (member.key != key) others.push_back(member);
  }
  const std::string removed = remove_tracestate_member(text, key);
  auto kept = others;
  if (kept.size() > max_tracestate_members) kept.resize(max_tracestate_members);
  must(equal(quick_members(removed), kept), "removing a member leaves the others as they were");

  const auto set = set_tracestate_member(text, key, "a value");
  must(set.has_value(), "a valid member can be set in a valid tracestate");
  if (kept.size() > max_tracestate_members - 1) kept.resize(max_tracestate_members - 1);
  kept.insert(kept.begin(), {key, "a value"});
  must(equal(quick_members(*set), kept), "a member that is set stands first, and the others behind it");
  must(count_tracestate_members(*set) == kept.size(), "an edited tracestate is valid");
}

void check_tracestate(std::string_view text) {
  bool valid = false;
  const auto members = plain_members(text, valid);
  const auto count = count_tracestate_members(text);
  must(count.has_value() == valid, "a tracestate is accepted exactly when the grammar allows it");
  must(equal(quick_members(text), members),
       "the members are those of the grammar, up to the first that breaks it");

  tracestate_members last{text};
  while (last.next()) continue;
  must(last.malformed() != valid, "a walk ends at a member that breaks the grammar");
  if (!valid) {
    must(!set_tracestate_member(text, "key", "value"), "nothing is set in a tracestate that is not valid");
    return;
  }
  must(*count == members.size(), "all members are counted");

  check_edits(text, members, "not/there@once");
  for (const auto& member : members) {
    for (const auto& first : members) {
      if (first.key != member.key) continue;
      must(find_tracestate_member(text, member.key) == first.value, "the first of several members is found");
      break;
    }
  }
  if (!members.empty()) check_edits(text, members, members[members.size() / 2].key);

  for (const std::size_t limit : {std::size_t{0}, text.size() / 2, text.size()}) {
    std::string room(text.size(), '\0');
    room.resize(shorten_tracestate(text, limit, room.data()));
    must(room.size() <= limit, "a shortened tracestate keeps its limit");
    std::size_t from = 0;
    for (const auto& member : quick_members(room)) {
      while (from < members.size() &&
             (members[from].key != member.key || members[from].value != member.value)) {
        ++from;
      }
      must(from++ < members.size(), "what is left of a shortened tracestate stood there, in that order");
    }
    must(count_tracestate_members(room).has_value(), "a shortened tracestate is valid");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lines = split(text_of(data, size), '\n', 8);
  check_traceparent(lines.front());
  for (const auto line : lines) check_tracestate(line);
  return 0;
}
