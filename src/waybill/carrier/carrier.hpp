// What a carrier is: anything that holds names and values beside a message, and that waybill can read and write.
//
// A type is a carrier when it has the members
//   void for_each(visitor) const;   calls visitor(name, value) for every entry: one pass, any case, duplicates as they are
//   void set(name, value);          afterwards the entry of exactly this name has this value
//   void remove(name);              afterwards there is no entry of exactly this name; none is fine
// where names and values are, or convert to, std::string_view. What for_each shows must live in the carrier until it
// changes: extract hands it on as views. A type that cannot be walked through cheaply has get(name) →
// std::optional<std::string_view> instead of for_each. A type that cannot have members gets a specialisation of
// carrier_traits with static functions of the same names that take the carrier first. Beside each type stands
//   static_assert(waybill::carrier<X>);
//
// set and remove may throw, and for_each may: it is caught, told, and the header left out. A carrier that knows a faster
// way may add  header_set write(const outgoing_headers&) noexcept  (see map_carrier.hpp); it returns what it failed to write.
#pragma once

#include <waybill/carrier/contained.hpp>
#include <waybill/carrier/outgoing_headers.hpp>
#include <waybill/carrier/received_headers.hpp>
#include <waybill/carrier/write_each.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace waybill::inline v0 {

struct any_header_visitor {
  void operator()(std::string_view name, std::string_view value) const;
};

// What members a type has.
template <class T>
concept has_for_each = requires(const T& from, any_header_visitor visit) {
  from.for_each(visit);
};
template <class T>
concept has_get = requires(const T& from, std::string_view name) {
  { from.get(name) } -> std::same_as<std::optional<std::string_view>>;
};
template <class T, class Text = std::string_view>
concept has_set = requires(T& to, Text text) {
  to.set(text, text);
};
template <class T, class Text = std::string_view>
concept has_remove = requires(T& from, Text name) {
  from.remove(name);
};
template <class T>
concept has_write = requires(T& to, const outgoing_headers& headers) {
  { to.write(headers) } -> std::same_as<header_set>;
};
template <class T>
concept sets_text = has_set<T> || has_set<T, std::string>;
template <class T>
concept removes_text = has_remove<T> || has_remove<T, std::string>;

// The general case: a type's own members.
template <class T>
struct carrier_traits {
  template <class Visit>
  static void for_each(const T& from, Visit&& visit) requires has_for_each<T> {
    from.for_each(visit);
  }
  static std::optional<std::string_view> get(const T& from, std::string_view name) requires has_get<T> {
    return from.get(name);
  }

  static void set(T& to, std::string_view name, std::string_view value) requires sets_text<T> {
    if constexpr (has_set<T>) {
      to.set(name, value);
    } else {
      to.set(std::string{name}, std::string{value});
    }
  }
  static void remove(T& from, std::string_view name) requires removes_text<T> {
    if constexpr (has_remove<T>) {
      from.remove(name);
    } else {
      from.remove(std::string{name});
    }
  }
  static header_set write(T& to, const outgoing_headers& headers) noexcept requires has_write<T> {
    return to.write(headers);
  }
};

// The concepts ignore const and references: what additional_metadata() returns is often a const reference.
template <class C>
using traits_of = carrier_traits<std::remove_cvref_t<C>>;

template <class C>
concept enumerable_carrier = requires(const std::remove_cvref_t<C>& from, any_header_visitor visit) {
  traits_of<C>::for_each(from, visit);
};

template <class C>
concept lookup_carrier = requires(const std::remove_cvref_t<C>& from, std::string_view name) {
  { traits_of<C>::get(from, name) } -> std::same_as<std::optional<std::string_view>>;
};

template <class C>
concept carrier_reader = enumerable_carrier<C> || lookup_carrier<C>;

template <class C>
concept carrier_writer = requires(std::remove_cvref_t<C>& to, std::string_view text) {
  traits_of<C>::set(to, text, text);
  traits_of<C>::remove(to, text);
};

template <class C>
concept carrier = carrier_reader<C> && carrier_writer<C>;

// One that may be written to where it stands: not const.
template <class C>
concept writable_carrier = carrier<C> && !std::is_const_v<C>;

// Collects what from holds of into's headers. False when the carrier threw; what it showed before counts.
template <carrier_reader C>
bool read_headers(const C& from, received_headers& into) noexcept {
  return contained([&] {
    if constexpr (enumerable_carrier<C>) {
      traits_of<C>::for_each(
          from, [&into](std::string_view name, std::string_view value) { into.offer(name, value); });
    } else {
      for (int slot = 0; slot < into.names().size(); ++slot) {
        if (const auto value = traits_of<C>::get(from, into.names()[slot].text())) into.add(slot, *value);
      }
    }
  });
}

// Makes to hold what headers says. Returns what could not be written, as far as it could be left out cleanly.
template <writable_carrier C>
header_set write_headers(C& to, const outgoing_headers& headers) noexcept {
  using traits = traits_of<C>;
  if constexpr (requires { traits::write(to, headers); }) {
    return traits::write(to, headers);
  } else {
    const auto set = [&to](std::string_view name, std::string_view value) { traits::set(to, name, value); };
    const auto remove = [&to](std::string_view name) { traits::remove(to, name); };
    if constexpr (enumerable_carrier<C>) {
      const auto walk = [&to](header_visitor visit) { traits::for_each(to, visit); };
      return write_each(headers, walk, set, remove);
    } else {
      contained([&] {
        for (int slot = 0; slot < headers.names().size(); ++slot) {
          if (const auto old = traits::get(to, headers.names()[slot].text())) headers.note(slot, *old);
        }
      });
      return write_each(headers, set, remove);
    }
  }
}

}  // namespace waybill::inline v0
