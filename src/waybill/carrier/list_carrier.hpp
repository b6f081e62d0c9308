// Lists of headers as carriers: vectors, lists, deques and spans of pairs or of {name, value}. Any case, duplicates.
#pragma once

#include <waybill/carrier/assign_text.hpp>
#include <waybill/carrier/carrier.hpp>

#include <string_view>
#include <utility>

namespace waybill::inline v0 {

// Where an element keeps its name and its value.
template <class E>
concept header_pair = requires(const E& entry) {
  std::string_view{entry.first};
  std::string_view{entry.second};
};
template <class E>
concept header_entry = requires(const E& entry) {
  std::string_view{entry.name};
  std::string_view{entry.value};
};
// Views as elements can be read but not written: the bytes would have no owner.
template <class E>
concept owning_header_pair = header_pair<E> && requires(E& entry, const char* text) {
  entry.first.assign(text, 1U);
  entry.second.assign(text, 1U);
};
template <class E>
concept owning_header_entry = header_entry<E> && requires(E& entry, const char* text) {
  entry.name.assign(text, 1U);
  entry.value.assign(text, 1U);
};

template <class E>
concept any_header = header_pair<E> || header_entry<E>;
template <class E>
concept owning_header = owning_header_pair<E> || owning_header_entry<E>;

template <class L>
concept has_list_entries = requires(const L& list) {
  typename L::value_type;
  list.begin() != list.end();
};
template <class L>
concept has_list_members = requires(L& list, typename L::value_type entry) {
  list.push_back(entry);
  list.erase(list.begin(), list.end());
};
template <class L>
concept has_map_type = requires {
  typename L::mapped_type;
};

template <class L>
concept any_list = has_list_entries<L> && !has_map_type<L> && !has_for_each<L>;
template <class L>
concept readable_header_list = any_list<L> && any_header<typename L::value_type>;
template <class L>
concept writable_header_list =
    readable_header_list<L> && has_list_members<L> && owning_header<typename L::value_type>;

template <readable_header_list L>
struct carrier_traits<L> {
  template <class Visit>
  static void for_each(const L& list, Visit&& visit) {
    for (const auto& entry : list) visit(std::string_view{name_of(entry)}, std::string_view{value_of(entry)});
  }

  static void set(L& list, std::string_view name, std::string_view value) requires writable_header_list<L> {
    const auto is_it = [&](const auto& entry) { return std::string_view{name_of(entry)} == name; };
    bool there = false;
    keep_if(list, [&](const auto& entry) { return !is_it(entry) || !std::exchange(there, true); });
    if (!there) return append(list, name, value);
    for (auto& entry : list) {
      if (is_it(entry)) value_of(entry).assign(value.data(), value.size());
    }
  }

  static void remove(L& list, std::string_view name) requires writable_header_list<L> {
    keep_if(list, [&](auto& entry) { return std::string_view{name_of(entry)} != name; });
  }

  static header_set write(L& list,
                          const outgoing_headers& headers) noexcept requires writable_header_list<L> {
    header_set there;
    keep_if(list, [&](auto& entry) {
      const auto match =
          headers.find(std::string_view{name_of(entry)}, [&] { return std::string_view{value_of(entry)}; });
      const int slot = match.slot();
      if (!match.is_ours()) return true;
      if (!match.is_exact() || there.has(slot)) return false;
      if (!assign_text(value_of(entry), headers.value(slot))) return false;
      there.add(slot);
      return true;
    });
    header_set failed;
    (headers.present() - there).for_each([&](int slot) {
      if (!contained([&] { append(list, headers.names()[slot].text(), headers.value(slot)); }))
        failed.add(slot);
    });
    return failed;
  }

 private:
  template <class E>
  static auto& name_of(E& entry) noexcept {
    if constexpr (header_pair<E>) {
      return entry.first;
    } else {
      return entry.name;
    }
  }
  template <class E>
  static auto& value_of(E& entry) noexcept {
    if constexpr (header_pair<E>) {
      return entry.second;
    } else {
      return entry.value;
    }
  }

  // Leaves out what keep refuses, in one pass and in order.
  template <class Keep>
  static void keep_if(L& list, Keep&& keep) {
    auto to = list.begin();
    for (auto from = list.begin(); from != list.end(); ++from) {
      if (!keep(*from)) continue;
      if (to != from) *to = std::move(*from);
      ++to;
    }
    list.erase(to, list.end());
  }

  static void append(L& list, std::string_view name, std::string_view value) {
    typename L::value_type entry{};
    name_of(entry).assign(name.data(), name.size());
    value_of(entry).assign(value.data(), value.size());
    list.push_back(std::move(entry));
  }
};

}  // namespace waybill::inline v0
