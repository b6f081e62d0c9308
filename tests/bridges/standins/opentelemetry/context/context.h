#pragma once

#include <opentelemetry/nostd/standard_types.h>

#include <cstdint>
#include <string>
#include <utility>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace baggage {
class Baggage;
}
namespace trace {
class Span;
class SpanContext;
}  // namespace trace
namespace context {

using ContextValue = nostd::variant<nostd::monostate, bool, std::int64_t, std::uint64_t, double,
                                    nostd::shared_ptr<trace::Span>, nostd::shared_ptr<trace::SpanContext>,
                                    nostd::shared_ptr<baggage::Baggage>>;

// Immutable: a list of entries, shared with the contexts that were made from it.
class Context {
 public:
  Context() = default;
  Context(nostd::string_view key, ContextValue value) noexcept
      : first_(new Entry{std::string{key}, std::move(value), nullptr}) {}

  Context SetValue(nostd::string_view key, ContextValue value) noexcept {
    Context made;
    made.first_.reset(new Entry{std::string{key}, std::move(value), first_});
    return made;
  }
  ContextValue GetValue(const nostd::string_view key) const noexcept {
    for (const Entry* entry = first_.get(); entry != nullptr; entry = entry->next.get()) {
      if (entry->key == key) return entry->value;
    }
    return {};
  }
  bool operator==(const Context& other) const noexcept { return first_ == other.first_; }

 private:
  struct Entry {
    std::string key;
    ContextValue value;
    nostd::shared_ptr<Entry> next;
  };
  nostd::shared_ptr<Entry> first_;
};

}  // namespace context
OPENTELEMETRY_END_NAMESPACE
