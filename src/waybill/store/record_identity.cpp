#include <waybill/store/record_identity.hpp>

#include <waybill/base/random.hpp>
#include <waybill/store/hash.hpp>
#include <waybill/store/hash_index.hpp>

#include <bit>

namespace waybill::inline v0 {
namespace {

// Drawn once: a sender who could foresee it could make two different records look like one.
std::uint64_t secret() noexcept {
  static const std::uint64_t drawn = random_bits();
  return drawn;
}

class digester {
 public:
  void add(std::uint64_t number) noexcept {
    digest_.first = mix(digest_.first ^ number, 0xa0761d6478bd642fULL);
    digest_.second = mix(digest_.second ^ number, 0xe7037ed1a0b428dbULL);
  }
  void add(std::int64_t number) noexcept { add(static_cast<std::uint64_t>(number)); }
  void add(std::string_view text) noexcept {
    add(static_cast<std::uint64_t>(text.size()));
    digest_.first = hash_bytes(text, digest_.first);
    digest_.second = hash_bytes(text, digest_.second);
  }
  void add(const attribute_value& value) noexcept {
    add(static_cast<std::uint64_t>(value.kind()));
    switch (value.kind()) {
      case value_kind::boolean:
        return add(std::uint64_t{value.as_boolean()});
      case value_kind::integer:
        return add(value.as_integer());
      case value_kind::number:
        return add(std::bit_cast<std::uint64_t>(value.as_number()));
      case value_kind::text:
      case value_kind::bytes:
        return add(value.as_text());
      case value_kind::list:
        add(std::uint64_t{value.size()});
        for (std::size_t i = 0; i < value.size(); ++i) add(value.elements()[i]);
        return;
      case value_kind::group:
        return add(std::span{value.members(), value.size()});
      case value_kind::absent:
      case value_kind::huge:  // never in a record
        return;
    }
  }
  void add(std::span<const attribute> attributes) noexcept {
    add(static_cast<std::uint64_t>(attributes.size()));
    for (const auto& one : attributes) {
      add(one.key);
      add(one.value);
    }
  }
  void add(std::span<const std::string_view> keys) noexcept {
    add(std::uint64_t{keys.size()});
    for (const std::string_view key : keys) add(key);
  }
  void add(const resource* sender) noexcept {
    add(std::uint64_t{sender != nullptr});
    if (sender == nullptr) return;
    add(sender->attributes);
    add(sender->schema_url);
    add(std::uint64_t{sender->dropped_attributes});
    add(std::uint64_t{sender->entities.size()});
    for (const auto& entity : sender->entities) {
      add(entity.schema_url);
      add(entity.type);
      add(entity.id_keys);
      add(entity.description_keys);
    }
  }
  void add(const instrumentation_scope* scope) noexcept {
    add(std::uint64_t{scope != nullptr});
    if (scope == nullptr) return;
    add(scope->name);
    add(scope->version);
    add(scope->attributes);
    add(scope->schema_url);
    add(std::uint64_t{scope->dropped_attributes});
  }

  const record_digest& digest() const noexcept { return digest_; }

 private:
  record_digest digest_{secret(), ~secret()};
};

std::size_t told(const span_record& span) noexcept {
  return span.attributes.size() + span.events.size() + span.links.size();
}

}  // namespace

record_digest digest_of(const log_record& log) noexcept {
  digester digest;
  digest.add(log.trace ? log.trace->view() : std::string_view{});
  digest.add(log.span ? log.span->view() : std::string_view{});
  digest.add(log.time);
  digest.add(log.observed);
  digest.add(std::int64_t{log.severity});
  digest.add(std::uint64_t{log.flags});
  digest.add(log.severity_text);
  digest.add(log.event_name);
  digest.add(log.body);
  digest.add(log.attributes);
  digest.add(std::uint64_t{log.dropped_attributes});
  digest.add(log.resource);
  digest.add(log.scope);
  return digest.digest();
}

record_digest digest_of(const resource& sender) noexcept {
  digester digest;
  digest.add(&sender);
  return digest.digest();
}

record_digest digest_of(const instrumentation_scope& scope) noexcept {
  digester digest;
  digest.add(&scope);
  return digest.digest();
}

std::uint64_t hash_of(const trace_id& trace, const span_id& span) noexcept {
  return hash_bytes(span.view(), hash_bytes(trace.view(), secret()));
}

bool says_as_much(const span_record& later, const span_record& earlier) noexcept {
  return told(later) >= told(earlier);
}

void keep_each_once(std::vector<span_record>& spans, std::vector<log_record>& logs) {
  hash_index known;
  std::size_t kept = 0;
  for (const span_record& span : spans) {
    const auto next = static_cast<std::uint32_t>(kept);
    const std::uint32_t place = known.find_or_add(
        hash_of(span.trace, span.span), next,
        [&](std::uint32_t at) { return spans[at].span == span.span && spans[at].trace == span.trace; });
    if (place == next) {
      spans[kept++] = span;
    } else if (says_as_much(span, spans[place])) {
      spans[place] = span;
    }
  }
  spans.erase(spans.begin() + static_cast<std::ptrdiff_t>(kept), spans.end());

  known.clear();
  std::vector<record_digest> digests;
  for (const log_record& log : logs) {
    const record_digest digest = digest_of(log);
    const auto next = static_cast<std::uint32_t>(digests.size());
    const std::uint32_t place =
        known.find_or_add(digest.first, next, [&](std::uint32_t at) { return digests[at] == digest; });
    if (place != next) continue;
    logs[next] = log;
    digests.push_back(digest);
  }
  logs.erase(logs.begin() + static_cast<std::ptrdiff_t>(digests.size()), logs.end());
}

}  // namespace waybill::inline v0
