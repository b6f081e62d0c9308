#include <waybill/wire/sentry_envelope.hpp>

#include <waybill/base/json_writer.hpp>
#include <waybill/wire/json_values.hpp>

namespace waybill::inline v0::sentry_envelope {
namespace {

static_assert(readable_behind >= simdjson::SIMDJSON_PADDING);

failure broken(std::size_t number, std::string_view what) {
  return {failure_code::malformed,
          "Item " + std::to_string(number) + " of the envelope " + std::string{what} +
              ". An envelope is a line of JSON, then for each item a line of JSON and a payload."};
}

// Takes a line off, and the '\n' behind it.
std::string_view take_line(std::string_view& from) noexcept {
  const std::size_t end = from.find('\n');
  const std::string_view line = from.substr(0, end);
  from.remove_prefix(end == std::string_view::npos ? from.size() : end + 1);
  return line;
}

// Without its quotes; escapes stay as they are, since no word that we know has any.
std::string_view read_word(json_value& from) {
  if (from.type() != json_type::string) return {};
  const std::string_view token = raw_token(from);
  return token.substr(1, token.size() - 2);
}

struct told {
  std::string_view type;
  std::string_view content_type;
  std::optional<std::uint64_t> length;
};

told read_header(simdjson::ondemand::parser& parser, std::string_view line, std::size_t readable) {
  told header;
  simdjson::ondemand::document document =
      parser.iterate(simdjson::padded_string_view{line.data(), line.size(), readable});
  for (simdjson::ondemand::field field : document.get_object()) {
    const std::string_view key = field.unescaped_key();
    json_value content = field.value();
    if (key == "type") {
      header.type = read_word(content);
    } else if (key == "content_type") {
      header.content_type = read_word(content);
    } else if (key == "length" && content.type() == json_type::number) {
      header.length = content.get_uint64();
    }
  }
  return header;
}

}  // namespace

std::string_view header_of(std::string_view body) noexcept {
  return take_line(body);
}

result<void> read_items(std::string_view body, function_ref<void(const item&)> visit) {
  const char* const end = body.data() + body.size() + readable_behind;
  simdjson::ondemand::parser parser;
  take_line(body);
  for (std::size_t number = 1; !body.empty(); ++number) {
    const std::string_view line = take_line(body);
    if (line.find_first_not_of(json_space) == std::string_view::npos) {
      --number;
      continue;
    }
    told header;
    try {
      header = read_header(parser, line, static_cast<std::size_t>(end - line.data()));
    } catch (const simdjson::simdjson_error&) {
      return broken(number, "has a header that is not a JSON object");
    }
    if (header.type.empty()) return broken(number, "does not say what type it is of");
    item one{header.type, header.content_type, {}};
    if (!header.length) {
      one.payload = take_line(body);
    } else {
      if (*header.length > body.size()) return broken(number, "is longer than what is there of it");
      one.payload = body.substr(0, *header.length);
      body.remove_prefix(one.payload.size());
      if (!body.empty() && body.front() != '\n') return broken(number, "goes on behind its length");
      if (!body.empty()) body.remove_prefix(1);
    }
    visit(one);
  }
  return {};
}

void append_item(std::string& envelope, const item_header& header, std::string_view payload) {
  json_writer to{envelope};
  to.begin_object().key("type").text(header.type);
  if (!header.content_type.empty()) to.key("content_type").text(header.content_type);
  if (header.item_count) to.key("item_count").unsigned_integer(*header.item_count);
  to.key("length").unsigned_integer(payload.size()).end_object();
  envelope.append("\n").append(payload).append("\n");
}

}  // namespace waybill::inline v0::sentry_envelope
