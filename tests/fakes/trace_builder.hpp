// Makes traces by hand: spans with times in milliseconds from a common start.
#pragma once

#include <waybill/record/record_arena.hpp>

#include <map>
#include <string>
#include <vector>

namespace waybill::fakes {

class trace_builder {
 public:
  static constexpr unix_nanos origin = 1'800'000'000'000'000'000;
  static constexpr std::int64_t ms = 1'000'000;

  trace_id trace = *trace_id::from_hex("4bf92f3577b34da6a3ce929d0e0e4736");

  // A span of a service; its number names it as a parent of later ones. parent 0: a root.
  int add(std::string_view service, std::string_view name, span_kind kind, int parent, double from_ms,
          double to_ms, const std::vector<attribute>& attributes = {}) {
    span_record span{.trace = trace, .span = id(++count_)};
    if (parent != 0) span.parent = id(parent);
    span.kind = kind;
    span.name = arena_.copy(name);
    span.start = origin + static_cast<std::int64_t>(from_ms * ms);
    span.end = origin + static_cast<std::int64_t>(to_ms * ms);
    span.attributes = arena_.copy(std::span<const attribute>{attributes});
    span.resource = sender(service);
    arena_.spans().push_back(span);
    return count_;
  }
  span_record& operator[](int number) { return arena_.spans()[static_cast<std::size_t>(number - 1)]; }

  static span_id id(int number) {
    span_id::bytes_type bytes{};
    bytes[0] = 0xAB;
    bytes[7] = static_cast<std::uint8_t>(number);
    bytes[6] = static_cast<std::uint8_t>(number >> 8);
    return *span_id::from_bytes(bytes);
  }
  span_batch finish() { return arena_.finish(); }

 private:
  const resource* sender(std::string_view service) {
    auto& known = senders_[std::string{service}];
    if (known == nullptr) {
      const std::vector<attribute> attributes{{"service.name", service}, {"waybill.host.boot_id", "boot-1"}};
      known = arena_.make(resource{arena_.copy(std::span<const attribute>{attributes})});
    }
    return known;
  }

  record_arena arena_;
  std::map<std::string, const resource*> senders_;
  int count_ = 0;
};

}  // namespace waybill::fakes
