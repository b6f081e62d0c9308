// waybill's attributes as OpenTelemetry's.
#pragma once

#include <waybill/bridges/opentelemetry/opentelemetry_api.hpp>
#include <waybill/carrier/contained.hpp>
#include <waybill/record/attribute.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace waybill::inline v0::opentelemetry_bridge {

// Calls take(values) with the elements of a list as an array of T. False: they are not all of kind.
template <class T, class Read, class Take>
bool with_elements(const attribute_value& list, value_kind kind, Read&& read, Take&& take) {
  const std::span elements{list.elements(), list.size()};
  if (!std::ranges::all_of(elements, [&](const auto& one) { return one.kind() == kind; })) return false;
  const auto values = std::make_unique<T[]>(elements.size());
  std::ranges::transform(elements, values.get(), read);
  return take(api::nostd::span<const T>{values.get(), elements.size()});
}

// Calls visit(key, value) for each attribute that this one is to OpenTelemetry: none for an absent one and for a list of
// different kinds, several for a group, whose members get its key and a dot before theirs. Returns what visit does: whether
// to go on.
template <class Visit>
bool for_each_theirs(std::string_view key, const attribute_value& value, const Visit& visit, int depth = 0) {
  const auto theirs = to_theirs(key);
  switch (value.kind()) {
    case value_kind::absent:
      return true;
    case value_kind::boolean:
      return visit(theirs, value.as_boolean());
    case value_kind::integer:
      return visit(theirs, value.as_integer());
    case value_kind::number:
      return visit(theirs, value.as_number());
    case value_kind::huge:
      return visit(theirs, value.as_huge());
    case value_kind::text:
      return visit(theirs, to_theirs(value.as_text()));
    case value_kind::bytes:
      return visit(theirs, api::nostd::span<const std::uint8_t>{
                               reinterpret_cast<const std::uint8_t*>(value.as_text().data()), value.size()});
    case value_kind::list: {
      if (value.size() == 0) return true;
      const auto take = [&](auto values) { return visit(theirs, values); };
      switch (value.elements()->kind()) {
        case value_kind::boolean:
          return with_elements<bool>(
              value, value_kind::boolean, [](const auto& one) { return one.as_boolean(); }, take);
        case value_kind::integer:
          return with_elements<std::int64_t>(
              value, value_kind::integer, [](const auto& one) { return one.as_integer(); }, take);
        case value_kind::number:
          return with_elements<double>(
              value, value_kind::number, [](const auto& one) { return one.as_number(); }, take);
        case value_kind::text:
          return with_elements<api::nostd::string_view>(
              value, value_kind::text, [](const auto& one) { return to_theirs(one.as_text()); }, take);
        default:
          return true;
      }
    }
    case value_kind::group:
      if (depth == 8) return true;
      for (const attribute& member : std::span{value.members(), value.size()}) {
        std::string name{key};
        name += '.';
        name += member.key;
        if (!for_each_theirs(name, member.value, visit, depth + 1)) return false;
      }
      return true;
  }
  return true;
}

// A view, for the length of a call.
class attribute_view final : public api::common::KeyValueIterable {
 public:
  explicit attribute_view(std::span<const attribute> attributes) noexcept : attributes_(attributes) {}

  bool ForEachKeyValue(api::nostd::function_ref<bool(api::nostd::string_view, api::common::AttributeValue)>
                           visit) const noexcept override {
    bool go_on = true;
    const auto each = [&](api::nostd::string_view key, auto value) {
      return go_on = visit(key, api::common::AttributeValue{value});
    };
    contained([&] {
      for (const attribute& one : attributes_) {
        for_each_theirs(one.key, one.value, each);
        if (!go_on) return;
      }
    });
    return go_on;
  }
  // What a group and an absent value make of it is not counted: it is for reserving room.
  std::size_t size() const noexcept override { return attributes_.size(); }

 private:
  std::span<const attribute> attributes_;
};

}  // namespace waybill::inline v0::opentelemetry_bridge
