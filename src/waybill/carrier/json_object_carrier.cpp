#include <waybill/carrier/json_object_carrier.hpp>

#include <waybill/base/json_writer.hpp>
#include <waybill/carrier/json_object_members.hpp>

namespace waybill::inline v0 {
namespace {

constexpr std::size_t max_decoded_size = 64 * 1024;

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool has_escapes(const json_object_members& members) noexcept {
  return members.is_string() && (members.key_escaped() || members.value_escaped());
}

}  // namespace

json_object_carrier::json_object_carrier(std::string& json) noexcept : json_(json) {
  inspect();
}

void json_object_carrier::inspect() noexcept {
  problem_ = nullptr;
  escaped_.clear();
  blank_ = is_blank(json_);
  if (blank_) return;
  bool any_escapes = false;
  json_object_members members{json_};
  while (members.next()) any_escapes = any_escapes || has_escapes(members);
  problem_ = members.problem();
  problem_position_ = members.position();
  if (problem_ == nullptr && any_escapes && !contained([&] { decode_escaped(); })) {
    escaped_.clear();  // no memory: those members are not shown
  }
}

void json_object_carrier::decode_escaped() {
  std::size_t needed = 0;
  const auto size_of = [](const json_object_members& members) {
    return members.raw_key().size() + members.raw_value().size();
  };
  for (json_object_members members{json_}; members.next();) {
    if (has_escapes(members) && needed + size_of(members) <= max_decoded_size) needed += size_of(members);
  }
  decoded_.resize(needed);
  char* out = decoded_.data();
  const char* const end = out + needed;
  const auto decode = [&out](std::string_view raw) {
    const std::size_t size = decode_json_string(raw, out);
    out += size;
    return std::string_view{out - size, size};
  };
  for (json_object_members members{json_}; members.next();) {
    if (!has_escapes(members)) continue;
    if (size_of(members) > static_cast<std::size_t>(end - out)) {
      escaped_.emplace_back();
      continue;
    }
    const std::string_view key = decode(members.raw_key());
    escaped_.emplace_back(key, decode(members.raw_value()));
  }
}

void json_object_carrier::for_each(header_visitor visit) const {
  if (problem_ != nullptr || blank_) return;
  std::size_t escaped = 0;
  for (json_object_members members{json_}; members.next();) {
    if (!members.is_string()) continue;
    if (!has_escapes(members)) {
      visit(members.raw_key(), members.raw_value());
    } else if (escaped < escaped_.size()) {
      const auto& [name, value] = escaped_[escaped++];
      if (name.data() != nullptr) visit(name, value);
    }
  }
}

// One pass, into a new text: a member that goes takes one comma with it.
void json_object_carrier::rewrite(decide_member decide, function_ref<void(add_member)> additions) {
  if (problem_ != nullptr) return;
  const std::string_view json = blank_ ? std::string_view{"{}"} : std::string_view{json_};
  std::string edited;
  edited.reserve(json.size() + 512);
  std::string decoded_key;
  bool any_member = false;
  bool any_kept = false;
  std::size_t copied = 0;  // the end of the last member, kept or not
  json_object_members members{json};
  while (members.next()) {
    if (!any_member) {
      edited.append(json.substr(0, members.member_begin()));
      any_member = true;
    }
    std::string_view key = members.raw_key();
    if (members.key_escaped()) {
      decoded_key.resize(key.size());
      key = {decoded_key.data(), decode_json_string(key, decoded_key.data())};
    }
    const fate decided = decide(key);
    if (decided.what != fate::goes) {
      const bool new_value = decided.what == fate::gets_value;
      const std::size_t from = any_kept ? copied : members.member_begin();
      edited.append(json.substr(from, (new_value ? members.value_begin() : members.value_end()) - from));
      if (new_value) append_json_string(edited, decided.value);
      any_kept = true;
    }
    copied = members.value_end();
  }
  if (!any_member) {
    copied = members.body_begin();
    edited.append(json.substr(0, copied));
  }
  bool any_added = false;
  additions([&](std::string_view name, std::string_view value) {
    if (any_kept || any_added) edited += ',';
    append_json_string(edited, name);
    edited += ':';
    append_json_string(edited, value);
    any_added = true;
  });
  edited.append(json.substr(copied));
  if (blank_ && !any_added) return;
  json_.swap(edited);
  inspect();
}

void json_object_carrier::set(std::string_view name, std::string_view value) {
  bool there = false;
  const auto decide = [&](std::string_view key) -> fate {
    if (key != name) return {};
    if (there) return {fate::goes};
    there = true;
    return {fate::gets_value, value};
  };
  rewrite(decide, [&](add_member add) {
    if (!there) add(name, value);
  });
}

void json_object_carrier::remove(std::string_view name) {
  const auto decide = [&](std::string_view key) { return fate{key == name ? fate::goes : fate::stays}; };
  rewrite(decide, [](add_member) {});
}

header_set json_object_carrier::write(const outgoing_headers& headers) noexcept {
  if (problem_ != nullptr) return headers.present();
  for_each([&](std::string_view name, std::string_view value) { headers.find(name, [&] { return value; }); });
  header_set there;
  const auto decide = [&](std::string_view key) -> fate {
    const auto match = headers.find(key);
    const int slot = match.slot();
    if (!match.is_ours()) return {};
    if (!match.is_exact() || there.has(slot)) return {fate::goes};
    there.add(slot);
    return {fate::gets_value, headers.value(slot)};
  };
  const auto additions = [&](add_member add) {
    (headers.present() - there).for_each([&](int slot) {
      add(headers.names()[slot].text(), headers.value(slot));
    });
  };
  return contained([&] { rewrite(decide, additions); }) ? header_set{} : headers.present();
}

std::string json_object_carrier::problem() const {
  if (problem_ == nullptr) return {};
  return "The text is not a JSON object: at byte " + std::to_string(problem_position_) + ", " + problem_ +
         ".";
}

}  // namespace waybill::inline v0
