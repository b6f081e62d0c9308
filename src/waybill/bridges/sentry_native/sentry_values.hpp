// waybill's attributes as sentry-native's values, and the SDK's header.
#pragma once

#if !__has_include(<sentry.h>)
#error "waybill: this header needs sentry-native's sentry.h (find_package(sentry), target sentry::sentry)"
#endif

#include <waybill/record/attribute.hpp>

#include <sentry.h>

#include <cstdint>
#include <limits>
#include <span>
#include <string>

namespace waybill::inline v0::sentry_bridge {

// Owned by the caller. Whole numbers beyond 32 bits become doubles, which hold 53: before 0.9 the SDK has no others.
inline sentry_value_t to_sentry_value(const attribute_value& value, int depth = 0) {
  switch (value.kind()) {
    case value_kind::boolean:
      return sentry_value_new_bool(value.as_boolean() ? 1 : 0);
    case value_kind::integer: {
      using limits = std::numeric_limits<std::int32_t>;
      const auto integer = value.as_integer();
      return integer >= limits::min() && integer <= limits::max()
                 ? sentry_value_new_int32(static_cast<std::int32_t>(integer))
                 : sentry_value_new_double(static_cast<double>(integer));
    }
    case value_kind::huge:
      return sentry_value_new_double(static_cast<double>(value.as_huge()));
    case value_kind::number:
      return sentry_value_new_double(value.as_number());
    case value_kind::text:
      return sentry_value_new_string_n(value.as_text().data(), value.as_text().size());
    case value_kind::list: {
      const sentry_value_t list = sentry_value_new_list();
      if (depth < 8) {
        for (const auto& one : std::span{value.elements(), value.size()})
          sentry_value_append(list, to_sentry_value(one, depth + 1));
      }
      return list;
    }
    case value_kind::group: {
      const sentry_value_t object = sentry_value_new_object();
      if (depth < 8) {
        for (const auto& [key, member] : std::span{value.members(), value.size()})
          sentry_value_set_by_key_n(object, key.data(), key.size(), to_sentry_value(member, depth + 1));
      }
      return object;
    }
    case value_kind::absent:
    case value_kind::bytes:  // JSON has no place for them
      break;
  }
  return sentry_value_new_null();
}

}  // namespace waybill::inline v0::sentry_bridge
