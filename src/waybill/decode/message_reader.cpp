#include <waybill/decode/message_reader.hpp>

#include <waybill/carrier/context_places.hpp>
#include <waybill/decode/header_shape.hpp>
#include <waybill/decode/json_value.hpp>
#include <waybill/decode/pickle_text.hpp>
#include <waybill/formats/known_headers.hpp>
#include <waybill/wire/base64.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

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

// Members that are lists of messages, as clients' answers have them.
constexpr std::string_view message_lists[] = {"Messages", "receivedMessages", "messages"};

std::string join(std::string_view place, std::string_view key) {
  return std::string{place}.append(place.empty() ? "" : ".").append(key);
}

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

}  // namespace

bool is_known_header(std::string_view name) noexcept {
  return known_headers.find(name) >= 0;
}

class message_reader::walk {
 public:
  explicit walk(message_reader& into) : into_(into) {}

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
          recognised(row.system, place);
      }
      if (is_known_header(header_of_key(text)))
        key = text;
      else if (opens_map && text.size() <= 64)
        inner = join(place, text);
    });
    if (into_.found_.headers.empty())
      fact(place.empty() ? "pickle" : place,
           "a Python pickle: its texts were looked at, nothing in it was run");
  }

 private:
  void recognised(std::string_view system, const std::string& place) {
    const bool told = std::any_of(into_.roots_.begin(), into_.roots_.end(),
                                  [&](const root& one) { return one.place == place; });
    if (system.empty() || told || into_.roots_.size() == 16) return;
    into_.roots_.push_back({place, system});
    into_.call_it(system);
  }

  void message(dom::element from, const std::string& place, int nesting) {
    const std::string_view system = system_of(from);
    recognised(system, place);
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

  // What stands around a message is taken away, as it is no part of where its headers lie.
  void read(dom::element from, const std::string& place, int nesting, int depth = 0) {
    dom::array list;
    dom::object object;
    std::vector<dom::element> items;
    const bool known = !system_of(from).empty();
    if (depth == 3 || known) return message(from, place, nesting);
    if (from.get(list) == simdjson::SUCCESS) {
      dom::element id;
      dom::element fields;
      if (list.size() == 2 && list.at(0).get(id) == simdjson::SUCCESS && id.is_string() &&
          list.at(1).get(fields) == simdjson::SUCCESS && fields.is_object())
        return read(fields, place, nesting, depth + 1);  // an entry of a Redis stream
      if (is_list_of_messages(list)) {
        items.assign(list.begin(), list.end());
      } else if (std::all_of(list.begin(), list.end(), is_packed_or_score)) {
        std::copy_if(list.begin(), list.end(), std::back_inserter(items), is_packed);
      }
    } else if (from.get(object) == simdjson::SUCCESS) {
      for (const std::string_view name : message_lists) {
        if (object.at_key(name).get(list) == simdjson::SUCCESS && is_list_of_messages(list))
          items.assign(list.begin(), list.end());
      }
      if (items.empty()) {  // a hash of Redis: ids, and messages as JSON
        for (const auto [key, value] : object) {
          if (!is_packed(value) || is_known_header(header_of_key(key))) return message(from, place, nesting);
          items.push_back(value);
        }
      }
    }
    if (items.empty()) return message(from, place, nesting);
    one_of(items, place, nesting, depth);
  }

  // The first with headers is told, and how many there are.
  void one_of(const std::vector<dom::element>& items, const std::string& place, int nesting, int depth) {
    message_text& found = into_.found_;
    const std::size_t roots = into_.roots_.size();
    const std::size_t facts = found.facts.size();
    const std::string kind = found.kind;
    std::size_t told = 0;
    for (std::size_t i = 0; i < items.size() && i < max_messages && told == 0; ++i) {
      into_.roots_.resize(roots);
      found.facts.resize(facts);
      found.kind = kind;
      read(items[i], place, nesting, depth + 1);
      if (!found.headers.empty()) told = i + 1;
    }
    if (items.size() == 1 || nesting > 0) return;  // deeper, it may as well be the sender's own list
    const std::string count = std::to_string(items.size()) + " messages, ";
    into_.note(told == 0   ? count + "none of them with a context"
               : told == 1 ? count + "of which this is the first"
                           : count + "of which this is number " + std::to_string(told) +
                                 ", the first with a context");
  }

  static bool is_packed(dom::element value) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return false;
    if (looks_like_json(text)) return true;
    const auto bytes = text.size() < 16 ? std::nullopt : from_base64(text);
    return bytes && (looks_like_json(*bytes) || looks_like_pickle(*bytes));
  }
  static bool is_packed_or_score(dom::element value) {  // ZRANGE … WITHSCORES
    std::string_view text;
    return is_packed(value) || (value.get(text) == simdjson::SUCCESS && text.size() < 32 &&
                                text.find_first_not_of("0123456789.e+-") == text.npos);
  }
  static bool is_list_of_messages(dom::array list) {
    return list.size() != 0 && std::all_of(list.begin(), list.end(), [](dom::element item) {
             return is_packed(item) || (!item.is_string() && !item.is_number() && !is_header_item(item));
           });
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
      fact(place, "compressed, and not opened: a context does not lie there");
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
      fact(join(place, key), simdjson::minify(value));
    } else if (value.get(text) == simdjson::SUCCESS && !text.empty() && text != "undefined") {
      fact(join(place, key), std::string{text.substr(0, 64)});
    }
  }
  void fact(std::string key, std::string value) {
    if (into_.found_.facts.size() < max_facts)
      into_.found_.facts.push_back({std::move(key), std::move(value)});
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

  message_reader& into_;
};

message_reader::message_reader() = default;
message_reader::~message_reader() = default;

bool message_reader::read_json(std::string_view text) {
  return walk{*this}.json(text, "", 0);
}
void message_reader::read_pickle(std::string_view bytes) {
  walk{*this}.pickle(bytes, "");
}

void message_reader::add(std::string_view place, std::string_view key, std::string_view value) {
  std::string name = header_of_key(key);
  if (!is_known_header(name) || value.empty() || found_.headers.size() == max_headers) return;
  // Kafka's REST clients, and Lambda, give a header's bytes in base64.
  std::string plain{value};
  if (header_by_shape(value) != name) {
    if (auto bytes = from_base64(value); bytes && header_by_shape(*bytes) == name) plain = std::move(*bytes);
  }
  found_.headers.push_back({std::string{place}, std::string{key}, std::move(name), std::move(plain)});
}

void message_reader::call_it(std::string_view kind) {
  if (found_.kind.empty()) found_.kind = kind;
}
void message_reader::note(std::string sentence) {
  const auto& told = found_.notes;
  if (told.size() < max_facts && std::find(told.begin(), told.end(), sentence) == told.end())
    found_.notes.push_back(std::move(sentence));
}

message_text message_reader::take() {
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
  const root* in = nullptr;
  for (const root& one : roots_) {
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
