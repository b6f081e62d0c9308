#include <waybill/decode/json_value.hpp>

#include <waybill/wire/base64.hpp>

namespace waybill::inline v0::decode {
namespace {

namespace dom = simdjson::dom;

std::optional<std::string> bytes_of(dom::array list) {
  std::string bytes;
  for (const auto item : list) {
    std::uint64_t byte = 0;
    if (item.get(byte) != simdjson::SUCCESS || byte > 255 || bytes.size() == 65536) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

std::optional<std::string> text_within(dom::element value, int depth) {
  std::string_view text;
  dom::object object;
  dom::array list;
  if (value.get(text) == simdjson::SUCCESS) return std::string{text};
  if (value.is_number()) return simdjson::minify(value);
  if (depth == 2) return std::nullopt;
  if (value.get(list) == simdjson::SUCCESS) {
    dom::element last;
    if (list.size() == 0 || list.at(list.size() - 1).get(last) != simdjson::SUCCESS) return std::nullopt;
    if (list.size() > 1 && last.is_number()) return bytes_of(list);
    return text_within(last, depth + 1);
  }
  if (value.get(object) != simdjson::SUCCESS) return std::nullopt;
  for (const char* key : {"StringValue", "stringValue", "Value", "value"}) {
    dom::element inner;
    if (object.at_key(key).get(inner) != simdjson::SUCCESS) continue;
    if (auto plain = text_within(inner, depth + 1)) return plain;
  }
  for (const char* key : {"BinaryValue", "binaryValue", "data"}) {
    dom::element inner;
    if (object.at_key(key).get(inner) != simdjson::SUCCESS) continue;
    if (inner.get(text) == simdjson::SUCCESS) return from_base64(text);
    if (inner.get(list) == simdjson::SUCCESS) return bytes_of(list);
  }
  return std::nullopt;
}

}  // namespace

bool looks_like_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && (text[first] == '{' || text[first] == '[');
}

std::optional<dom::element> member_at(dom::element from, std::string_view path) {
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string_view key = path.substr(0, dot);
    path.remove_prefix(dot == path.npos ? path.size() : dot + 1);
    dom::object object;
    dom::array list;
    if (from.get(object) == simdjson::SUCCESS) {
      if (object.at_key(key).get(from) != simdjson::SUCCESS) return std::nullopt;
    } else if (key == "0" && from.get(list) == simdjson::SUCCESS) {
      if (list.at(0).get(from) != simdjson::SUCCESS) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  return from;
}

bool is_header_item(dom::element item) {
  dom::array pair;
  dom::object object;
  std::string_view text;
  if (item.get(pair) == simdjson::SUCCESS) {
    dom::array fields;  // of an entry of a stream, behind its id
    dom::object named;
    return pair.size() == 2 && pair.at(0).get(text) == simdjson::SUCCESS &&
           pair.at(1).get(fields) != simdjson::SUCCESS && pair.at(1).get(named) != simdjson::SUCCESS;
  }
  if (item.get(object) != simdjson::SUCCESS) return false;
  return object.at_key("key").get(text) == simdjson::SUCCESS ||
         object.at_key("name").get(text) == simdjson::SUCCESS ||
         object.at_key("Name").get(text) == simdjson::SUCCESS || object.size() == 1;
}

std::optional<std::string> text_of(dom::element value) {
  return text_within(value, 0);
}

}  // namespace waybill::inline v0::decode
