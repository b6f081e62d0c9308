#include <waybill/wire/jaeger_json.hpp>

#include <waybill/base/utf8.hpp>
#include <waybill/wire/jaeger_spans.hpp>

#include <simdjson.h>

#include <utility>

namespace waybill::inline v0::jaeger_json {
namespace {

// What the API says instead of traces: {"errors":[{"code":404,"msg":"trace not found"}]}.
struct api_error {
  std::int64_t code = 0;
  std::string message;
};

void read_errors(json_value& from, record_builder& to, api_error& into) {
  each_element(from, [&](json_value& error) {
    each_field(error, [&](std::string_view key, json_value& content) {
      if (key == "code") into.code = read_integer<std::int64_t>(content);
      if (key == "msg") into.message = read_text(content, to);
    });
  });
}

failure as_failure(const api_error& error) {
  const std::string said = error.message.empty() ? "an error without words" : error.message;
  return {error.code == 404 ? failure_code::not_found : failure_code::refused, "Jaeger says: " + said};
}

failure malformed(std::size_t size, std::string_view why) {
  while (why.ends_with('.') || why.ends_with(' ')) why.remove_suffix(1);
  return {failure_code::malformed,
          "The " + std::to_string(size) + " bytes are not Jaeger's JSON: " + std::string{why} + "."};
}

// Read(key, value) for each field of the one object that the body is. An array is what "data" would hold.
template <class Read>
result<void> read_object(std::string_view padded_body, Read read) {
  try {
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document = parser.iterate(simdjson::padded_string_view{
        padded_body.data(), padded_body.size(), padded_body.size() + simdjson::SIMDJSON_PADDING});
    if (document.type() == json_type::array) {
      read("data", document.get_value());
    } else {
      for (simdjson::ondemand::field field : document.get_object()) {
        const std::string_view key = field.unescaped_key();
        read(key, field.value());
      }
    }
    if (document.current_location().error() == simdjson::SUCCESS) {
      throw simdjson::simdjson_error{simdjson::TRAILING_CONTENT};
    }
    return {};
  } catch (const simdjson::simdjson_error& error) {
    return malformed(padded_body.size(), error.what());
  } catch (const over_memory_limit&) {
    return failure{failure_code::too_large, "The " + std::to_string(padded_body.size()) +
                                                " bytes need more memory to decode than is allowed."};
  }
}

std::string_view adopt_padded(record_builder& to, std::string&& body) {
  if (!is_valid_utf8(body)) body = to_valid_utf8(body);
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);  // the parser reads in blocks, beyond the end
  return to.arena.adopt(std::move(body));
}

}  // namespace

result<decoded_records> decode(std::string body, const decode_limits& limits) {
  record_builder to{limits};
  const std::string_view text = adopt_padded(to, std::move(body));
  api_error error;
  bool known = false;
  trace_reading alone{to};  // of a trace that is the object itself
  auto done = read_object(text, [&](std::string_view key, json_value content) {
    if (key == "data") {
      known = true;
      each_element(content, [&](json_value& trace) {
        trace_reading one{to};
        each_field(trace, [&](std::string_view part, json_value& value) { one.read(part, value); });
      });
    } else if (key == "errors") {
      read_errors(content, to, error);
    } else if (alone.read(key, content)) {
      known = true;
    }
  });
  if (!done) return done.error();
  auto records = to.finish();
  if (records.records.span_count() == 0 && (error.code != 0 || !error.message.empty()))
    return as_failure(error);
  if (!known) return malformed(text.size(), "there is no \"data\" in it");
  return records;
}

result<std::vector<std::string>> decode_names(std::string body) {
  record_builder to{decode_limits{}};
  const std::string_view text = adopt_padded(to, std::move(body));
  std::vector<std::string> names;
  auto done = read_object(text, [&](std::string_view key, json_value content) {
    if (key != "data") return;
    each_element(content, [&](json_value& name) {
      if (const auto read = read_text(name, to); !read.empty()) names.emplace_back(read);
    });
  });
  if (!done) return done.error();
  return names;
}

bool looks_like(std::string_view text) noexcept {
  const auto skip_space = [&] {
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(json_space)));
  };
  skip_space();
  if (text.starts_with('[')) {
    text.remove_prefix(1);
    skip_space();
  }
  if (!text.starts_with('{')) return false;
  text.remove_prefix(1);
  skip_space();
  for (const std::string_view key :
       {"\"data\"", "\"traceID\"", "\"spans\"", "\"processes\"", "\"total\"", "\"errors\""}) {
    if (text.starts_with(key)) return true;
  }
  return false;
}

}  // namespace waybill::inline v0::jaeger_json
