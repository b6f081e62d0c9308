#include <waybill/decode/redis_reply.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/decode/next_line.hpp>
#include <waybill/decode/quoted_text.hpp>

#include <algorithm>
#include <utility>

namespace waybill::inline v0::decode {
namespace {

constexpr std::size_t max_lines = 20'000;
constexpr std::size_t max_lines_before = 4;

// The place of the ')' of "12)" or the '#' of "12#" at the beginning of text, behind blanks; 0 when there is none.
std::size_t end_of_number(std::string_view text) {
  std::size_t at = text.find_first_not_of(' ');
  const std::size_t begin = at;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  if (at >= text.size() || at == begin || at - begin > 9) return 0;
  return text[at] == ')' || text[at] == '#' || text[at] == '~' ? at : 0;
}

plain_value leaf_of(std::string_view text) {
  text = trim_ows(text);
  plain_value value{.is = plain_value::sort::text};
  if (text.starts_with('"')) {
    read_quoted(text, value.text);
    return value;
  }
  for (const std::string_view mark : {"(integer) ", "(double) "}) {
    if (text.starts_with(mark))
      return {.is = plain_value::sort::word, .text = std::string{text.substr(mark.size())}};
  }
  if (text.starts_with("(nil)") || text.starts_with("(empty")) return {};
  value.text = text;
  return value;
}

// Whether names and values take turns.
bool alternates(const std::vector<plain_value>& members) {
  if (members.empty() || members.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < members.size(); i += 2) {
    if (members[i].is != plain_value::sort::text || !is_member_name(members[i].text)) return false;
    if (members[i + 1].is == plain_value::sort::group) return false;
  }
  return true;
}

void pair_up(plain_value& group) {
  if (group.keyed) return;
  for (auto& member : group.members) {
    if (member.is == plain_value::sort::group) pair_up(member);
  }
  if (!alternates(group.members)) return;
  std::vector<plain_value> fields;
  for (std::size_t i = 0; i < group.members.size(); i += 2) {
    fields.push_back(std::move(group.members[i + 1]));
    fields.back().key = std::move(group.members[i].text);
  }
  group.members = std::move(fields);
  group.keyed = true;
}

}  // namespace

std::optional<plain_value> read_redis_reply(std::string_view text) {
  plain_value root{.is = plain_value::sort::group};
  struct level {
    std::size_t column;  // of the mark behind the number, by which items of a list stand below each other
    plain_value group;
  };
  std::vector<level> open;
  const auto close = [&] {
    plain_value done = std::move(open.back().group);
    open.pop_back();
    plain_value& into = open.empty() ? root : open.back().group;
    if (open.empty()) {
      into = std::move(done);
    } else {
      if (!into.members.empty() && into.members.back().is == plain_value::sort::null &&
          !into.members.back().key.empty()) {
        done.key = std::move(into.members.back().key);  // "name" => 1) …
        into.members.pop_back();
      }
      into.members.push_back(std::move(done));
    }
  };
  std::size_t lines = 0;
  std::size_t before = 0;
  while (!text.empty() && lines < max_lines) {
    std::string_view line = next_line(text);
    if (line.find_first_not_of(' ') == line.npos) continue;
    if (end_of_number(line) == 0) {  // the prompt and the command, or what was pasted with it
      if (lines == 0 && ++before > max_lines_before) return std::nullopt;
      continue;
    }
    ++lines;
    std::size_t column = 0;
    bool first = true;
    for (std::size_t mark; (mark = end_of_number(line)) != 0; first = false) {
      const std::size_t at = column + mark;
      while (first && open.size() > 1 && open.back().column > at) close();
      if (open.empty() || open.back().column < at) {
        if (open.size() == static_cast<std::size_t>(max_value_depth)) return std::nullopt;
        open.push_back({at, {.is = plain_value::sort::group}});
      }
      const bool field = line[mark] == '#';
      line.remove_prefix(mark + 1);
      column = at + 1;
      if (!field) continue;
      std::string_view rest = trim_ows(line);
      std::string name;
      if (!rest.starts_with('"')) continue;
      const std::size_t end = read_quoted(rest, name);
      rest.remove_prefix(std::min(end, rest.size()));
      if (!rest.starts_with(" => ")) continue;
      rest.remove_prefix(4);
      open.back().group.keyed = true;
      open.back().group.members.push_back({.key = name.empty() ? "?" : name});
      column += line.size() - rest.size();
      line = rest;
    }
    auto& members = open.back().group.members;
    plain_value leaf = leaf_of(line);
    if (open.back().group.keyed && !members.empty() && members.back().is == plain_value::sort::null) {
      leaf.key = std::move(members.back().key);
      members.pop_back();
    }
    members.push_back(std::move(leaf));
  }
  if (lines == 0) return std::nullopt;
  while (!open.empty()) close();
  pair_up(root);
  return root;
}

std::optional<plain_value> read_alternating_lines(std::string_view text) {
  plain_value fields{.is = plain_value::sort::group};
  std::size_t lines = 0;
  while (!text.empty() && lines < max_lines) {
    const std::string_view line = next_line(text);
    if (text.empty() && line.empty()) break;
    if (lines++ % 2 == 0) {
      if (!is_member_name(line)) return std::nullopt;
      fields.members.push_back({.is = plain_value::sort::text, .key = std::string{line}});
    } else {
      fields.members.back().text = line;
    }
  }
  if (lines < 4 || lines % 2 != 0) return std::nullopt;
  fields.keyed = true;
  return fields;
}

}  // namespace waybill::inline v0::decode
