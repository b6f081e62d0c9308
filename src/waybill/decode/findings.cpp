#include <waybill/decode/findings.hpp>

#include <waybill/carrier/context_places.hpp>
#include <waybill/decode/header_shape.hpp>
#include <waybill/formats/known_headers.hpp>
#include <waybill/wire/base64.hpp>

#include <algorithm>
#include <utility>

namespace waybill::inline v0::decode {

bool is_known_header(std::string_view name) noexcept {
  return known_headers.find(name) >= 0;
}

bool findings::add(std::string_view place, std::string_view key, std::string_view value) {
  std::string name = header_of_key(key);
  if (!is_known_header(name) || value.empty() || found_.headers.size() == max_headers) return false;
  // Kafka's REST clients, and Lambda, give a header's bytes in base64.
  std::string plain{value};
  if (header_by_shape(value) != name) {
    if (auto bytes = from_base64(value); bytes && header_by_shape(*bytes) == name) plain = std::move(*bytes);
  }
  found_.headers.push_back({std::string{place}, std::string{key}, std::move(name), std::move(plain)});
  return true;
}

void findings::call_it(std::string_view kind) {
  if (found_.kind.empty()) found_.kind = kind;
}
void findings::recognise(std::string_view system, const std::string& place) {
  const bool told =
      std::any_of(messages_.begin(), messages_.end(), [&](const message& one) { return one.place == place; });
  if (system.empty() || told || messages_.size() == max_facts) return;
  messages_.push_back({place, system});
  call_it(system);
}
void findings::fact(std::string key, std::string value) {
  if (found_.facts.size() < max_facts) found_.facts.push_back({std::move(key), std::move(value)});
}
void findings::note(std::string sentence) {
  const auto& told = found_.notes;
  if (told.size() < max_facts && std::find(told.begin(), told.end(), sentence) == told.end())
    found_.notes.push_back(std::move(sentence));
}

void findings::back_to(const mark& before) {
  found_.kind = before.kind;
  found_.facts.resize(before.facts);
  messages_.resize(before.messages);
}

message_text findings::take() {
  message_text found = std::move(found_);
  // The outer ones first; but a queue's own X-Ray attribute last: a service on the way may have written it.
  const auto rank = [](const found_header& header) {
    return std::count(header.place.begin(), header.place.end(), '.') + !header.place.empty() +
           (header.name == "awstraceheader" ? 100 : 0);
  };
  std::stable_sort(found.headers.begin(), found.headers.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  if (found.headers.empty()) return found;
  // The message that the first of them lies in, which may lie in another's body.
  const std::string& place = found.headers.front().place;
  const message* in = nullptr;
  for (const message& one : messages_) {
    const bool inside = one.place.empty() || place == one.place || place.starts_with(one.place + ".");
    if (inside && (in == nullptr || one.place.size() > in->place.size())) in = &one;
  }
  if (in == nullptr) return found;
  if (in->system != found.kind)
    found.kind = std::string{in->system}.append(" in the body of the ").append(found.kind);
  std::string_view within = std::string_view{place}.substr(in->place.size());
  if (!in->place.empty() && !within.empty()) within.remove_prefix(1);
  for (const context_place& row : context_places()) {
    const std::size_t star = row.place.find('*');
    const bool here =
        star == row.place.npos
            ? within == row.place || within.starts_with(std::string{row.place} + "._")
            : within.starts_with(row.place.substr(0, star)) && within.ends_with(row.place.substr(star + 1));
    if (row.system == in->system && here) {
      found.written_by = row.written_by;
      break;
    }
  }
  return found;
}

}  // namespace waybill::inline v0::decode
