#include <waybill/decode/message_text.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/carrier/context_places.hpp>
#include <waybill/formats/b3.hpp>
#include <waybill/formats/jaeger.hpp>
#include <waybill/formats/known_headers.hpp>
#include <waybill/formats/sentry_trace.hpp>
#include <waybill/formats/waybill_key.hpp>
#include <waybill/formats/xray.hpp>
#include <waybill/wire/base64.hpp>

#include <simdjson.h>

#include <algorithm>
#include <optional>

namespace waybill::inline v0::decode {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t max_headers = 64;
constexpr std::size_t max_facts = 16;
constexpr int max_depth = 24;   // of objects and lists in each other
constexpr int max_nesting = 4;  // of JSON in strings of JSON

constexpr std::string_view fact_keys[] = {"enqueued_at",
                                          "created_at",
                                          "scheduled_at",
                                          "attempted_at",
                                          "timestamp",
                                          "SentTimestamp",
                                          "ApproximateReceiveCount",
                                          "retries",
                                          "retry_count",
                                          "attempt",
                                          "atm",
                                          "eta",
                                          "publishTime",
                                          "Timestamp",
                                          "delay",
                                          "time",
                                          "redelivered"};

bool is_known(std::string_view name) {
  return known_headers.find(name) >= 0;
}

std::string join(std::string_view place, std::string_view key) {
  return std::string{place}.append(place.empty() ? "" : ".").append(key);
}

bool looks_like_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && (text[first] == '{' || text[first] == '[');
}

// The member at "a.b.0", if there is one.
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

class reader {
 public:
  message_text take() { return std::move(found_); }
  message_text& found() { return found_; }

  // Whether text was JSON.
  bool read_json(std::string_view text, const std::string& place, int nesting) {
    dom::parser parser{max_text_size};
    dom::element root;
    if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return false;
    recognise(root);
    walk(root, place, nesting, 0);
    return true;
  }

  void add(std::string_view place, std::string_view key, std::string_view value) {
    std::string name = header_of_key(key);
    if (!is_known(name) || value.empty() || found_.headers.size() == max_headers) return;
    found_.headers.push_back({std::string{place}, std::string{key}, std::move(name), std::string{value}});
  }

 private:
  void recognise(dom::element root) {
    if (!found_.kind.empty()) return;
    for (const context_place& row : context_places()) {
      bool all = true;
      for (std::string_view left = row.known_by; all && !left.empty();) {
        const std::size_t blank = left.find(' ');
        all = member_at(root, left.substr(0, blank)).has_value();
        left.remove_prefix(blank == left.npos ? left.size() : blank + 1);
      }
      if (!all) continue;
      found_.kind = row.system;
      return;
    }
  }

  void walk(dom::element from, const std::string& place, int nesting, int depth) {
    if (depth > max_depth) return;
    dom::object object;
    dom::array list;
    std::string_view text;
    if (from.get(object) == simdjson::SUCCESS) {
      // Its own headers first, then what lies deeper.
      for (const auto [key, value] : object) read_member(place, key, value);
      for (const auto [key, value] : object) {
        if (!is_known(header_of_key(key))) walk(value, join(place, key), nesting, depth + 1);
      }
    } else if (from.get(list) == simdjson::SUCCESS) {
      read_pairs(list, place);
      std::size_t index = 0;
      for (const auto item : list) walk(item, join(place, std::to_string(index++)), nesting, depth + 1);
    } else if (from.get(text) == simdjson::SUCCESS && nesting < max_nesting) {
      read_text(text, place, nesting);
    }
  }

  // JSON in a string, base64 of JSON, or a pickle.
  void read_text(std::string_view text, const std::string& place, int nesting) {
    if (looks_like_json(text)) {
      read_json(text, place, nesting + 1);
      return;
    }
    if (text.find("\x8c\x0btraceparent") != text.npos || text.find("sentry-trace") != text.npos)
      read_pickle(text, place);
    if (text.size() < 16) return;
    const auto bytes = from_base64(text);
    if (!bytes) return;
    if (looks_like_json(*bytes)) {
      read_json(*bytes, place, nesting + 1);
    } else if (bytes->starts_with('\x80')) {
      read_pickle(*bytes, place);
    }
  }

  // Text of a value however the system wraps it: a string, a number, a list of one, {"StringValue": …}, bytes in base64.
  static std::optional<std::string> text_of(dom::element value, int depth = 0) {
    std::string_view text;
    dom::object object;
    dom::array list;
    if (value.get(text) == simdjson::SUCCESS) return std::string{text};
    if (value.is_number()) return simdjson::minify(value);
    if (depth == 2) return std::nullopt;
    if (value.get(list) == simdjson::SUCCESS) {
      dom::element last;
      if (list.size() == 0 || list.at(list.size() - 1).get(last) != simdjson::SUCCESS) return std::nullopt;
      return text_of(last, depth + 1);
    }
    if (value.get(object) != simdjson::SUCCESS) return std::nullopt;
    for (const char* key : {"StringValue", "stringValue", "Value"}) {
      dom::element inner;
      if (object.at_key(key).get(inner) != simdjson::SUCCESS) continue;
      if (auto plain = text_of(inner, depth + 1)) return plain;
    }
    for (const char* key : {"BinaryValue", "binaryValue", "data"}) {
      dom::element inner;
      if (object.at_key(key).get(inner) != simdjson::SUCCESS) continue;
      if (inner.get(text) == simdjson::SUCCESS) return from_base64(text);
      if (inner.get(list) == simdjson::SUCCESS) return bytes_of(list);
    }
    return std::nullopt;
  }
  static std::optional<std::string> bytes_of(dom::array list) {
    std::string bytes;
    for (const auto item : list) {
      std::uint64_t byte = 0;
      if (item.get(byte) != simdjson::SUCCESS || byte > 255 || bytes.size() == 65536) return std::nullopt;
      bytes += static_cast<char>(byte);
    }
    return bytes;
  }

  void read_member(const std::string& place, std::string_view key, dom::element value) {
    if (is_known(header_of_key(key))) {
      if (const auto text = text_of(value)) add(place, key, *text);
      return;
    }
    if (key == "_datadog" || key == "_tracer-data" || key == "tm") {
      if (const auto text = text_of(value); text && looks_like_json(*text) && !value.is_string())
        read_json(*text, join(place, key), max_nesting - 1);
    }
    const bool tells = std::find(std::begin(fact_keys), std::end(fact_keys), key) != std::end(fact_keys);
    if (!tells || found_.facts.size() == max_facts) return;
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS || value.is_number()) {
      found_.facts.push_back(
          {join(place, key), value.is_number() ? simdjson::minify(value) : std::string{text.substr(0, 64)}});
    }
  }

  // [["k", "v"], …], ["k", "v", …] as kcat has it, [{"key": "k", "value": "v"}, …], [{"Name": …}].
  void read_pairs(dom::array list, const std::string& place) {
    std::optional<std::string_view> flat_key;
    for (const auto item : list) {
      std::string_view text;
      dom::array pair;
      dom::object object;
      if (item.get(text) == simdjson::SUCCESS) {
        if (flat_key) {
          add(place, *flat_key, text);
          flat_key.reset();
        } else {
          flat_key = text;
        }
      } else if (item.get(pair) == simdjson::SUCCESS && pair.size() == 2) {
        dom::element value;
        if (pair.at(0).get(text) != simdjson::SUCCESS || pair.at(1).get(value) != simdjson::SUCCESS) continue;
        if (const auto plain = text_of(value)) add(place, text, *plain);
      } else if (item.get(object) == simdjson::SUCCESS) {
        dom::element value;
        if (object.at_key("key").get(text) != simdjson::SUCCESS &&
            object.at_key("Name").get(text) != simdjson::SUCCESS)
          continue;
        if (object.at_key("value").get(value) != simdjson::SUCCESS &&
            object.at_key("Value").get(value) != simdjson::SUCCESS)
          continue;
        if (const auto plain = text_of(value)) add(place, text, *plain);
      }
    }
  }

  // The strings of a pickle, by their opcodes (protocols 2 to 5); one that follows a key is its value.
  void read_pickle(std::string_view bytes, const std::string& place) {
    std::string_view key;
    for (std::size_t i = 0; i + 2 < bytes.size();) {
      const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
      std::size_t begin = 0;
      std::size_t size = 0;
      if (byte(i) == 0x8c) {
        begin = i + 2;
        size = byte(i + 1);
      } else if (bytes[i] == 'X' && i + 5 < bytes.size()) {
        begin = i + 5;
        size = byte(i + 1) | std::size_t{byte(i + 2)} << 8 | std::size_t{byte(i + 3)} << 16 |
               std::size_t{byte(i + 4)} << 24;
      }
      if (begin == 0 || size == 0 || size > bytes.size() - begin) {
        ++i;
        continue;
      }
      const std::string_view text = bytes.substr(begin, size);
      if (!key.empty()) add(place, key, text);
      key = is_known(header_of_key(text)) ? text : std::string_view{};
      i = begin + size;
    }
  }

  message_text found_;
};

std::string_view unquoted(std::string_view text) {
  text = trim_ows(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  return text;
}

// "name: value", "export NAME=value", "curl -H 'name: value' -H …".
bool read_pair(std::string_view line, reader& into) {
  const std::size_t separator = line.find_first_of(":=");
  if (separator == line.npos) return false;
  const std::size_t before = into.found().headers.size();
  into.add("", trim_ows(line.substr(0, separator)), unquoted(line.substr(separator + 1)));
  return into.found().headers.size() > before;
}

bool read_line(std::string_view line, reader& into) {
  line = trim_ows(line);
  for (const std::string_view word : {"export ", "> ", "< "}) {
    if (line.starts_with(word)) line = trim_ows(line.substr(word.size()));
  }
  if (read_pair(unquoted(line), into)) return true;
  bool any = false;  // a command's options: what stands in quotes
  for (std::size_t begin; (begin = line.find_first_of("'\"")) != line.npos;) {
    const std::size_t end = line.find(line[begin], begin + 1);
    if (end == line.npos) break;
    any = read_pair(line.substr(begin + 1, end - begin - 1), into) || any;
    line.remove_prefix(end + 1);
  }
  return any;
}

std::size_t count_of(std::string_view text, char c) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), c));
}

// The header that a value without a name has the shape of, right or wrong; empty when it has none.
std::string_view header_by_shape(std::string_view value) {
  const auto is_hexish = [](char c) { return hex_digit(c) >= 0; };
  const auto leading =
      static_cast<std::size_t>(std::find_if_not(value.begin(), value.end(), is_hexish) - value.begin());
  const std::size_t hyphens = count_of(value, '-');
  if (value.find("Root=") != value.npos) return "x-amzn-trace-id";
  if (read_waybill(value)) return "waybill";
  if (count_of(value, ':') == 3 || value.find("%3A") != value.npos) return "uber-trace-id";
  if (leading == 2 && hyphens >= 2 && value.size() > 20) return "traceparent";
  if (leading >= 24 && hyphens >= 1 && hyphens <= 3) {
    if (read_sentry_trace(value)) return "sentry-trace";
    return read_b3(value) || hyphens == 3 ? "b3" : "sentry-trace";
  }
  if (leading == 16 && read_b3(value)) return "b3";
  if (value.find('=') != value.npos && value.find_first_of(" \n{") == value.npos) return "baggage";
  return {};
}

}  // namespace

message_text read_message(std::string_view text) {
  text = text.substr(0, max_text_size);
  reader into;
  if (looks_like_json(text)) {
    into.read_json(text, "", 0);
    if (into.found().kind.empty() && !into.found().headers.empty()) into.found().kind = "metadata as JSON";
  }
  if (into.found().headers.empty() && into.found().kind.empty()) {
    bool lines = false;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = rest.find('\n');
      std::string_view line = rest.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      lines = read_line(line, into) || lines;
      rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
    if (lines) into.found().kind = "headers";
  }
  if (into.found().headers.empty() && into.found().kind.empty()) {
    std::string_view value = text;
    while (!value.empty() && std::string_view{" \t\r\n"}.find(value.back()) != std::string_view::npos)
      value.remove_suffix(1);
    value = unquoted(value);
    if (const auto name = header_by_shape(value); !name.empty() && value.size() <= 8192) {
      into.add("", name, value);
      into.found().kind = std::string{"a bare "}.append(name);
    }
  }
  message_text found = into.take();
  // The outer ones first; but a queue's own X-Ray attribute last: a service on the way may have written it.
  const auto rank = [](const found_header& header) {
    return count_of(header.place, '.') + !header.place.empty() + (header.name == "awstraceheader" ? 100 : 0);
  };
  std::stable_sort(found.headers.begin(), found.headers.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  if (found.headers.empty()) return found;
  const std::string& place = found.headers.front().place;
  for (const context_place& row : context_places()) {
    const std::size_t star = row.place.find('*');
    const bool here =
        star == row.place.npos
            ? place == row.place || place.starts_with(std::string{row.place} + "._")
            : place.starts_with(row.place.substr(0, star)) && place.ends_with(row.place.substr(star + 1));
    if (row.system == found.kind && here) found.written_by = row.written_by;
  }
  return found;
}

}  // namespace waybill::inline v0::decode
