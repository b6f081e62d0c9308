#include <waybill/decode/message_list.hpp>

#include <waybill/carrier/context_places.hpp>
#include <waybill/decode/findings.hpp>
#include <waybill/decode/json_value.hpp>
#include <waybill/decode/pickle_text.hpp>
#include <waybill/wire/base64.hpp>

#include <algorithm>
#include <iterator>
#include <optional>

namespace waybill::inline v0::decode {
namespace {

namespace dom = simdjson::dom;

// Members that are lists of messages, as clients' answers have them.
constexpr std::string_view message_lists[] = {"Messages", "receivedMessages", "messages"};

bool is_packed(dom::element value) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return false;
  if (looks_like_json(text)) return true;
  const auto bytes = text.size() < 16 ? std::nullopt : from_base64(text);
  return bytes && (looks_like_json(*bytes) || looks_like_pickle(*bytes));
}
bool is_packed_or_score(dom::element value) {  // ZRANGE … WITHSCORES
  std::string_view text;
  return is_packed(value) || (value.get(text) == simdjson::SUCCESS && text.size() < 32 &&
                              text.find_first_not_of("0123456789.e+-") == text.npos);
}
bool is_list_of_messages(dom::array list) {
  return list.size() != 0 && std::all_of(list.begin(), list.end(), [](dom::element item) {
           return is_packed(item) || (!item.is_string() && !item.is_number() && !is_header_item(item));
         });
}

std::vector<dom::element> messages_of_list(dom::array list) {
  dom::element id;
  dom::element fields;
  if (list.size() == 2 && list.at(0).get(id) == simdjson::SUCCESS && id.is_string() &&
      list.at(1).get(fields) == simdjson::SUCCESS && fields.is_object())
    return {fields};  // an entry of a Redis stream
  if (is_list_of_messages(list)) return {list.begin(), list.end()};
  std::vector<dom::element> items;
  if (std::all_of(list.begin(), list.end(), is_packed_or_score))
    std::copy_if(list.begin(), list.end(), std::back_inserter(items), is_packed);
  return items;
}

}  // namespace

std::string_view system_of(dom::element message) {
  for (const context_place& row : context_places()) {
    bool all = !row.known_by.starts_with(pickled_by);
    for (std::string_view left = row.known_by; all && !left.empty();) {
      const std::size_t blank = left.find(' ');
      all = member_at(message, left.substr(0, blank)).has_value();
      left.remove_prefix(blank == left.npos ? left.size() : blank + 1);
    }
    if (all) return row.system;
  }
  return {};
}

std::vector<dom::element> messages_in(dom::element answer) {
  dom::array list;
  dom::object object;
  std::vector<dom::element> items;
  if (!system_of(answer).empty()) return items;
  if (answer.get(list) == simdjson::SUCCESS) return messages_of_list(list);
  if (answer.get(object) != simdjson::SUCCESS) return items;
  for (const std::string_view name : message_lists) {
    if (object.at_key(name).get(list) == simdjson::SUCCESS && is_list_of_messages(list))
      return {list.begin(), list.end()};
  }
  for (const auto [key, value] : object) {  // a hash of Redis: ids, and messages as JSON
    if (!is_packed(value) || is_known_header(header_of_key(key))) return {};
    items.push_back(value);
  }
  return items;
}

}  // namespace waybill::inline v0::decode
