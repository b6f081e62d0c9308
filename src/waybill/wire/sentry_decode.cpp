#include <waybill/wire/sentry_decode.hpp>

#include <waybill/base/utf8.hpp>
#include <waybill/wire/sentry_envelope.hpp>
#include <waybill/wire/sentry_items.hpp>
#include <waybill/wire/sentry_transaction.hpp>

#include <algorithm>

namespace waybill::inline v0::sentry_envelope {
namespace {

simdjson::padded_string_view padded(std::string_view text, const char* readable_end) noexcept {
  return simdjson::padded_string_view{text.data(), text.size(),
                                      static_cast<std::size_t>(readable_end - text.data())};
}

surroundings read_surroundings(simdjson::ondemand::parser& parser, simdjson::padded_string_view header,
                               record_builder& to) {
  surroundings in;
  simdjson::ondemand::document document = parser.iterate(header);
  for (simdjson::ondemand::field field : document.get_object()) {
    const std::string_view key = field.unescaped_key();
    json_value content = field.value();
    if (key == "sdk") {
      each_field(content, [&](std::string_view part, json_value& value) {
        if (part == "name") in.sdk_name = read_text(value, to);
        if (part == "version") in.sdk_version = read_text(value, to);
      });
    } else if (key == "trace") {
      each_field(content, [&](std::string_view part, json_value& value) {
        if (part == "trace_id") in.trace = read_text(value, to);
        if (part == "transaction") in.head_transaction = read_text(value, to);
        if (part == "release") in.head_release = read_text(value, to);
        if (part == "environment") in.head_environment = read_text(value, to);
        if (part == "sample_rate") in.sample_rate = read_text(value, to);
        if (part == "sample_rand") in.sample_rand = read_text(value, to);
      });
    }
  }
  return in;
}

class envelope_decoder {
 public:
  envelope_decoder(std::string&& body, std::string_view project, const decode_limits& limits) : to_{limits} {
    body.reserve(body.size() + readable_behind);  // the parser reads in blocks, beyond the end
    body_ = to_.arena.adopt(std::move(body));
    project_ = to_.arena.copy(project);
  }

  result<decoded_envelope> run() {
    in_ = read_surroundings(parser_, valid(header_of(body_)), to_);
    in_.project = project_;
    const auto read = read_items(body_, [this](const item& one) { take(one); });
    if (!read) return read.error();
    return decoded_envelope{to_.finish(), other_items_};
  }

 private:
  // The parser takes no other text than valid UTF-8. What had to be mended is a copy.
  simdjson::padded_string_view valid(std::string_view text) {
    if (is_valid_utf8(text)) return padded(text, body_.data() + body_.size() + readable_behind);
    std::string mended = to_valid_utf8(text);
    mended.reserve(mended.size() + readable_behind);
    to_.spend(mended.capacity());
    text = to_.arena.adopt(std::move(mended));
    return padded(text, text.data() + text.size() + readable_behind);
  }

  void take(const item& one) {
    const bool spans = one.type == "span";
    const bool logs = one.type == "log";
    if (!spans && !logs && one.type != "transaction") {
      ++other_items_;
      return;
    }
    const auto text = valid(one.payload);
    simdjson::ondemand::document document = parser_.iterate(text);
    simdjson::ondemand::object object = document.get_object();
    if (!spans && !logs) return read_transaction(object, to_, in_);
    json_value items;
    const auto missing = object["items"].get(items);
    if (missing == simdjson::SUCCESS) {
      spans ? read_spans(items, to_, in_) : read_logs(items, to_, in_);
    } else if (missing != simdjson::NO_SUCH_FIELD) {
      throw simdjson::simdjson_error{missing};
    } else if (spans) {
      read_lone_span(text);
    } else {
      ++other_items_;
    }
  }

  void read_lone_span(simdjson::padded_string_view text) {
    simdjson::ondemand::document document = parser_.iterate(text);
    json_value span = document.get_value();
    sending_process process{to_, in_};
    read_child(span, to_, process, nullptr);
    process.describe();
  }

  record_builder to_;
  simdjson::ondemand::parser parser_;
  std::string_view body_;
  std::string_view project_;
  surroundings in_;
  std::size_t other_items_ = 0;
};

failure not_json(std::string_view what, const simdjson::simdjson_error& error) {
  std::string_view why = error.what();  // some of the library's sentences end with a full stop, some do not
  while (why.ends_with('.') || why.ends_with(' ')) why.remove_suffix(1);
  return {failure_code::malformed, std::string{what} + " is not what Sentry's SDKs send: " +
                                       std::string{why} + ". Send one whole envelope."};
}

bool is_event_id(std::string_view text) noexcept {
  return text.size() == 32 && std::ranges::all_of(text, [](char c) { return hex_digit(c) >= 0; });
}

}  // namespace

result<identity> identify(std::string_view body) {
  try {
    identity told;
    simdjson::ondemand::parser parser;
    const simdjson::padded_string header{header_of(body)};
    simdjson::ondemand::document document = parser.iterate(header);
    for (simdjson::ondemand::field field : document.get_object()) {
      const std::string_view key = field.unescaped_key();
      if (key != "event_id" && key != "dsn") continue;
      std::string_view text;
      if (field.value().get_string().get(text) != simdjson::SUCCESS) continue;
      if (key == "dsn") told.dsn = text;
      if (key == "event_id" && is_event_id(text)) told.event_id = text;
    }
    return told;
  } catch (const simdjson::simdjson_error& error) {
    return not_json("The envelope's first line", error);
  }
}

result<decoded_envelope> decode(std::string body, std::string_view project, const decode_limits& limits) {
  const std::size_t size = body.size();
  try {
    return envelope_decoder{std::move(body), project, limits}.run();
  } catch (const simdjson::simdjson_error& error) {
    return not_json("The envelope of " + std::to_string(size) + " bytes", error);
  } catch (const over_memory_limit&) {
    return failure{failure_code::too_large,
                   "The envelope of " + std::to_string(size) +
                       " bytes needs more memory to decode than is allowed. Send fewer spans at once."};
  }
}

}  // namespace waybill::inline v0::sentry_envelope
