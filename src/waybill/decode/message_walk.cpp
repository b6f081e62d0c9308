#include <waybill/decode/message_walk.hpp>

#include <waybill/carrier/context_places.hpp>
#include <waybill/decode/header_shape.hpp>
#include <waybill/decode/json_value.hpp>
#include <waybill/decode/message_list.hpp>
#include <waybill/decode/pickle_text.hpp>
#include <waybill/wire/base64.hpp>

#include <algorithm>
#include <iterator>
#include <optional>

namespace waybill::inline v0::decode {
namespace {

namespace dom = simdjson::dom;

constexpr int max_depth = 24;   // of objects and lists in each other
constexpr int max_nesting = 4;  // of JSON in strings of JSON
constexpr std::size_t max_messages = 1000;

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
                                          "redelivered",
                                          "_taskiq_queue_time",
                                          "message_timestamp",
                                          "ts"};

std::string join(std::string_view place, std::string_view key) {
  return std::string{place}.append(place.empty() ? "" : ".").append(key);
}

class message_walk {
 public:
  explicit message_walk(findings& into) : into_(into) {}

  bool json(std::string_view text, const std::string& place, int nesting) {
    dom::parser parser{max_text_size};
    dom::element root;
    if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return false;
    read(root, place, nesting);
    return true;
  }

  void pickle(std::string_view bytes, const std::string& place) {
    std::string inner = place;
    std::string key;
    for_each_pickled_text(bytes, [&](std::string_view text, bool opens_map) {
      if (!key.empty()) into_.add(inner, key, text);
      key.clear();
      for (const context_place& row : context_places()) {
        if (row.known_by.starts_with(pickled_by) && row.known_by.substr(pickled_by.size()) == text)
          into_.recognise(row.system, place);
      }
      if (is_known_header(header_of_key(text)))
        key = text;
      else if (opens_map && text.size() <= 64)
        inner = join(place, text);
    });
    if (into_.found().headers.empty())
      into_.fact(place.empty() ? "pickle" : place,
                 "a Python pickle: its texts were looked at, nothing in it was run");
  }

 private:
  void message(dom::element from, const std::string& place, int nesting) {
    const std::string_view system = system_of(from);
    into_.recognise(system, place);
    if (system == "SQS message" && nesting == 0) sqs_answer(from);
    element(from, place, nesting, 0);
  }

  // AWS leaves out of its answer what nobody asked for.
  void sqs_answer(dom::element from) {
    if (member_at(from, "MessageAttributes") || member_at(from, "MD5OfMessageAttributes")) return;
    if (member_at(from, "Attributes")) return;
    constexpr std::string_view hint =
        "ReceiveMessage gives attributes only to those who ask: --message-attribute-names All "
        "--message-system-attribute-names All";
    into_.note(std::string{hint});
  }

  // Of several messages, the first with headers is told, and how many there are.
  void read(dom::element from, const std::string& place, int nesting, int depth = 0) {
    // A list deeper inside may as well be the sender's own.
    const auto items = depth == 3 || nesting > 0 ? std::vector<dom::element>{} : messages_in(from);
    if (items.empty()) return message(from, place, nesting);
    const auto before = into_.here();
    std::size_t told = 0;
    for (std::size_t i = 0; i < items.size() && i < max_messages && told == 0; ++i) {
      into_.back_to(before);
      read(items[i], place, nesting, depth + 1);
      if (!into_.found().headers.empty()) told = i + 1;
    }
    if (items.size() == 1) return;
    const std::string count = std::to_string(items.size()) + " messages, ";
    into_.note(told == 0   ? count + "none of them with a context"
               : told == 1 ? count + "of which this is the first"
                           : count + "of which this is number " + std::to_string(told) +
                                 ", the first with a context");
  }

  void element(dom::element from, const std::string& place, int nesting, int depth) {
    if (depth > max_depth) return;
    dom::object object;
    dom::array list;
    std::string_view text;
    if (from.get(object) == simdjson::SUCCESS) {
      // Its own headers first, then what lies deeper.
      for (const auto [key, value] : object) member(place, key, value);
      for (const auto [key, value] : object) {
        if (!is_known_header(header_of_key(key)) && !packed_context(key, value))
          element(value, join(place, key), nesting, depth + 1);
      }
    } else if (from.get(list) == simdjson::SUCCESS) {
      pairs(list, place);
      std::size_t index = 0;
      for (const auto item : list) {
        dom::array pair;
        if (item.get(pair) == simdjson::SUCCESS && pair.size() == 2 &&
            pair.at(0).get(text) == simdjson::SUCCESS && is_known_header(header_of_key(text)))
          continue;  // read already
        // Lambda has a Kafka record's headers so: [{"traceparent": […]}, {"baggage": […]}].
        const bool header = item.get(object) == simdjson::SUCCESS && object.size() == 1 &&
                            is_known_header(header_of_key((*object.begin()).key));
        element(item, header ? place : join(place, std::to_string(index)), nesting, depth + 1);
        ++index;
      }
    } else if (from.get(text) == simdjson::SUCCESS && nesting < max_nesting) {
      string(text, place, nesting);
    }
  }

  // JSON in a string, base64 of JSON, or a pickle.
  void string(std::string_view text, const std::string& place, int nesting) {
    if (looks_like_json(text)) {
      json(text, place, nesting + 1);
      return;
    }
    if (text.find("\x8c\x0btraceparent") != text.npos) pickle(text, place);
    if (text.find("sentry-trace") != text.npos) damaged(text, place);
    if (text.size() < 8) return;
    const auto bytes = from_base64(text);
    if (!bytes) return;
    if (looks_like_json(*bytes)) {
      json(*bytes, place, nesting + 1);
    } else if (looks_like_pickle(*bytes)) {
      pickle(*bytes, place);
    } else if (bytes->starts_with("x\x9c") || bytes->starts_with("\x1f\x8b")) {
      into_.fact(place, "compressed, and not opened: a context does not lie there");
    }
  }

  // A pickle that was printed as text has lost its opcodes; its values are still there.
  void damaged(std::string_view text, const std::string& place) {
    if (const auto value = find_trace_value(text); value.name == "sentry-trace")
      into_.add(place, value.name, value.value);
  }

  // Headers as JSON in one value of its own, which is wrapped as the system wraps values.
  static std::optional<std::string> packed_context(std::string_view key, dom::element value) {
    if (value.is_string() || (key != "_datadog" && key != "_tracer-data" && key != "tm")) return std::nullopt;
    auto text = text_of(value);
    if (text && !looks_like_json(*text)) text.reset();
    return text;
  }

  void member(const std::string& place, std::string_view key, dom::element value) {
    if (is_known_header(header_of_key(key))) {
      if (const auto text = text_of(value)) into_.add(place, key, *text);
      return;
    }
    if (const auto text = packed_context(key, value)) json(*text, join(place, key), max_nesting - 1);
    if (std::find(std::begin(fact_keys), std::end(fact_keys), key) == std::end(fact_keys)) return;
    std::string_view text;
    if (value.is_number()) {
      into_.fact(join(place, key), simdjson::minify(value));
    } else if (value.get(text) == simdjson::SUCCESS && !text.empty() && text != "undefined") {
      into_.fact(join(place, key), std::string{text.substr(0, 64)});
    }
  }
  // [["k", "v"], …], ["k", "v", …] as kcat has it, [{"key": "k", "value": "v"}, …], [{"Name": …}].
  void pairs(dom::array list, const std::string& place) {
    std::optional<std::string_view> flat_key;
    for (const auto item : list) {
      std::string_view text;
      dom::array pair;
      dom::object object;
      if (item.get(text) == simdjson::SUCCESS) {
        if (flat_key) {
          into_.add(place, *flat_key, text);
          flat_key.reset();
        } else {
          flat_key = text;
        }
      } else if (item.get(pair) == simdjson::SUCCESS && pair.size() == 2) {
        dom::element value;
        if (pair.at(0).get(text) != simdjson::SUCCESS || pair.at(1).get(value) != simdjson::SUCCESS) continue;
        if (const auto plain = text_of(value)) into_.add(place, text, *plain);
      } else if (item.get(object) == simdjson::SUCCESS) {
        dom::element value;
        if (object.at_key("key").get(text) != simdjson::SUCCESS &&
            object.at_key("name").get(text) != simdjson::SUCCESS &&
            object.at_key("Name").get(text) != simdjson::SUCCESS)
          continue;
        if (object.at_key("value").get(value) != simdjson::SUCCESS &&
            object.at_key("Value").get(value) != simdjson::SUCCESS)
          continue;
        if (const auto plain = text_of(value)) into_.add(place, text, *plain);
      }
    }
  }

  findings& into_;
};

}  // namespace

bool walk_json(std::string_view text, findings& into) {
  return message_walk{into}.json(text, "", 0);
}

void walk_pickle(std::string_view bytes, findings& into) {
  message_walk{into}.pickle(bytes, "");
}

}  // namespace waybill::inline v0::decode
