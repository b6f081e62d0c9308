// Maps of strings as carriers: std::map, std::unordered_map, multimaps, and others built like them.
#pragma once

#include <waybill/carrier/assign_text.hpp>
#include <waybill/carrier/carrier.hpp>
#include <waybill/carrier/metadata.hpp>

#include <concepts>
#include <string_view>
#include <utility>

namespace waybill::inline v0 {

// Keys and values that own their characters and can be read as views. Whatever the comparator or hash is, names are
// found by looking at each: duplicates in other spellings are found too, and no key is built for a look-up.
template <class M>
concept has_map_members = requires(M& map, const typename M::key_type& key, std::string_view text) {
  map.emplace(text, text);
  map.erase(map.begin());
  map.equal_range(key);
};
template <class M>
concept has_text_entries = requires(const M& map, typename M::mapped_type value, std::string_view text) {
  std::string_view{map.begin()->first};
  std::string_view{map.begin()->second};
  value.assign(text.data(), text.size());
};
template <class M>
concept string_map = has_text_entries<M> && has_map_members<M> && !has_for_each<M>;

template <string_map M>
struct carrier_traits<M> {
  template <class Visit>
  static void for_each(const M& map, Visit&& visit) {
    for (const auto& [name, value] : map) visit(std::string_view{name}, std::string_view{value});
  }

  static void set(M& map, std::string_view name, std::string_view value) {
    auto [at, end] = map.equal_range(typename M::key_type(name));
    if (at == end) {
      map.emplace(name, value);
      return;
    }
    at->second.assign(value.data(), value.size());
    for (++at; at != end;) at = erase(map, at);
  }

  static void remove(M& map, std::string_view name) { map.erase(typename M::key_type(name)); }

  static header_set write(M& map, const outgoing_headers& headers) noexcept {
    header_set there;
    for (auto at = map.begin(); at != map.end();) {
      const std::string_view name{at->first};
      if (!headers.names().has_length(name.size())) [[likely]] {
        ++at;
        continue;
      }
      const auto match = headers.find(name, [&] { return std::string_view{at->second}; });
      const int slot = match.slot();
      if (!match.is_ours()) {
        ++at;
      } else if (match.is_exact() && !there.has(slot) &&
                 (match.is_same() || assign_text(at->second, headers.value(slot)))) {
        there.add(slot);
        ++at;
      } else {
        at = erase(map, at);
      }
    }
    return add(map, headers, headers.present() - there);
  }

 private:
  // Returns what there was no memory for.
  static header_set add(M& map, const outgoing_headers& headers, header_set missing) noexcept {
    header_set failed;
    if (missing.empty()) return failed;
    if constexpr (is_sorted) {
      // In the order of their names each mostly comes right behind the one before it, so that nothing is searched; and at
      // the end where there is nobody else's.
      const bool alone = map.empty();
      auto next = map.end();
      headers.names().for_each_by_name(missing, [&](int slot) {
        const auto put = [&] {
          auto at =
              map.emplace_hint(alone ? map.end() : next, headers.names()[slot].text(), headers.value(slot));
          if (!alone) next = ++at;
        };
        if (contained(put)) return;
        failed.add(slot);
        next = map.end();
      });
    } else {
      missing.for_each([&](int slot) {
        if (!contained([&] { map.emplace(headers.names()[slot].text(), headers.value(slot)); }))
          failed.add(slot);
      });
    }
    return failed;
  }

  static constexpr bool is_sorted = requires(M & map, std::string_view text) {
    map.key_comp();
    { map.emplace_hint(map.end(), text, text) } -> std::same_as<typename M::iterator>;
  };

  // Some hash maps return nothing from erase(iterator); theirs stay valid otherwise.
  static auto erase(M& map, typename M::iterator at) {
    if constexpr (std::same_as<decltype(map.erase(at)), typename M::iterator>) {
      return map.erase(at);
    } else {
      map.erase(at++);
      return at;
    }
  }
};

}  // namespace waybill::inline v0
