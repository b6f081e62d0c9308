#include <waybill/wire/sentry_span.hpp>

#include <waybill/base/ascii.hpp>
#include <waybill/record/wait_names.hpp>
#include <waybill/wire/sentry_words.hpp>

#include <utility>

namespace waybill::inline v0::sentry_envelope {
namespace {

// `server` of span v2, `SERVER` and `<SpanKind.SERVER: 1>` where an SDK sits on top of OpenTelemetry.
span_kind kind_in(std::string_view word) noexcept {
  constexpr std::pair<std::string_view, span_kind> kinds[] = {
      {"internal", span_kind::internal}, {"server", span_kind::server},     {"client", span_kind::client},
      {"producer", span_kind::producer}, {"consumer", span_kind::consumer},
  };
  constexpr std::string_view prefix = "<SpanKind.";
  if (word.starts_with(prefix)) word.remove_prefix(prefix.size());
  word = word.substr(0, word.find(':'));
  for (const auto& [name, kind] : kinds) {
    if (ascii_iequals(word, name)) return kind;
  }
  return span_kind::unspecified;
}

constexpr std::size_t many = 64;       // attributes of one span
constexpr std::size_t name_size = 64;  // bytes of one in a set

bool is_zero(std::string_view id) noexcept {
  return id.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

void open_span::add(std::string_view key, const attribute_value& value) {
  if (value.is_absent()) return;
  if (key == "sentry.op") {
    if (op.empty()) op = value.as_text();
  } else if (key == "sentry.origin") {
    if (origin.empty()) origin = value.as_text();
  } else if (key == wait_names::span_role && value.as_text() == wait_names::role_queue_process) {
    is_twin_ = true;
  } else if (key == "sentry.kind" || key == "otel.kind") {
    kind_ = value.as_text();
  } else if (key == "sentry.status.message") {
    status_message_ = value.as_text();
  } else if (key != "sentry.sdk.integrations" &&
             !by_.take(key, value)) {  // a list of all that could have been used
    keep(key, value);
  }
}

void open_span::keep(std::string_view key, const attribute_value& value) {
  to_.push(to_.attributes, attribute{key, value});
  if (!names_.empty() && names_.insert(key).second) to_.spend(name_size);
}

// A body may be made of nothing but tags, each of which would be looked for among all before it.
void open_span::add_missing(std::string_view key, const attribute_value& value) {
  const std::size_t count = to_.attributes.size() - bottom_;
  if (count < many) return sentry_envelope::add_missing(to_, bottom_, key, value);
  if (is_nothing(value)) return;
  if (names_.empty()) {
    to_.spend(count * name_size);
    for (std::size_t i = bottom_; i < to_.attributes.size(); ++i) names_.insert(to_.attributes[i].key);
  }
  if (!names_.contains(key)) keep(key, value);
}

void open_span::read_links(json_value& from) {
  each_element(from, [&](json_value& link) {
    std::optional<trace_id> to_trace;
    std::optional<span_id> to_span;
    std::uint32_t flags = 0;
    const std::size_t bottom = to_.attributes.size();
    each_field(link, [&](std::string_view key, json_value& content) {
      if (key == "trace_id") {
        to_trace = trace_id::from_hex(read_text(content, to_), hex_case::any);
      } else if (key == "span_id") {
        to_span = span_id::from_hex(read_text(content, to_), hex_case::any);
      } else if (key == "sampled") {
        flags = read_boolean(content) ? 1 : 0;
      } else if (key == "attributes") {
        each_lasting_field(content, to_, [&](std::string_view name, json_value& value) {
          const attribute_value read = read_typed_value(value, to_);
          to_.push(to_.attributes, attribute{name, read});
        });
      }
    });
    const auto attributes = to_.take(to_.attributes, bottom);
    if (!to_trace || !to_span) {
      ++dropped_links_;
      return to_.note("A span link without a trace id of 32 hex digits and a span id of 16 was left out.");
    }
    to_.push(to_.links,
             span_link{.trace = *to_trace, .span = *to_span, .attributes = attributes, .flags = flags});
  });
}

void open_span::begin_segment(const surroundings& in) {
  begins_segment_ = true;
  if (in.trace.empty() || !ascii_iequals(in.trace, trace)) return;
  add_missing("sentry.dsc.sample_rate", in.sample_rate);
  add_missing("sentry.dsc.sample_rand", in.sample_rand);
  if (in.head_transaction != name) add_missing("sentry.dsc.transaction", in.head_transaction);
  if (in.head_release != by_.release) add_missing("sentry.dsc.release", in.head_release);
  if (in.head_environment != by_.environment) add_missing("sentry.dsc.environment", in.head_environment);
}

void open_span::finish(const resource* from) {
  if (is_twin_) {
    to_.take(to_.attributes, bottom_);
    to_.take(to_.links, 0);
    return;
  }
  add_missing("sentry.op", op);
  add_missing("sentry.origin", origin);
  span_record& record = to_.add_span();
  record.resource = from;
  record.attributes = to_.take(to_.attributes, bottom_);
  record.links = to_.take(to_.links, 0);
  record.dropped_links = dropped_links_;
  record.name = name.empty() ? op : name;
  record.kind = kind_in(kind_);
  if (record.kind == span_kind::unspecified) record.kind = sentry_words::kind_of_op(op);
  if (record.kind == span_kind::unspecified) record.kind = span_kind::internal;
  const auto ended = sentry_words::read_status(status);
  record.status = ended.code;
  record.status_message = status_message_.empty() ? ended.message : status_message_;
  record.start = start.value_or(0);
  record.end = end.value_or(record.start);

  const auto of_trace = trace_id::from_hex(trace, hex_case::any);
  const auto of_span = span_id::from_hex(id, hex_case::any);
  record.parent = span_id::from_hex(parent, hex_case::any);
  if (!of_trace) {
    return to_.reject_last_span("A span without a trace id of 32 hex digits, not all zero, was left out.");
  }
  if (!of_span) {
    return to_.reject_last_span("A span without a span id of 16 hex digits, not all zero, was left out.");
  }
  if (!record.parent && !is_zero(parent)) {
    return to_.reject_last_span("A span whose parent id is not 16 hex digits was left out.");
  }
  if (!start) return to_.reject_last_span("A span without a time at which it started was left out.");
  if (!end) to_.note("A span without a time at which it ended is shown as ended when it started.");
  if (begins_segment_ && record.parent) record.flags |= remote_parent_flags;
  record.trace = *of_trace;
  record.span = *of_span;
}

}  // namespace waybill::inline v0::sentry_envelope
