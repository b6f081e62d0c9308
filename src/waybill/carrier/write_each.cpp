#include <waybill/carrier/write_each.hpp>

#include <waybill/carrier/contained.hpp>

#include <algorithm>
#include <cstring>

namespace waybill::inline v0 {
namespace {

// Names that are ours but not exactly so, copied: removing one ends the life of what walk showed.
class foreign_spellings {
 public:
  void note(int slot, std::string_view name) noexcept {
    if (count_ == max_count) {
      overflow_ = true;
      return;
    }
    std::memcpy(names_[count_], name.data(), name.size());
    sizes_[count_] = static_cast<std::uint8_t>(name.size());
    slots_[count_++] = slot;
  }

  bool overflowed() const noexcept { return overflow_; }

  // Returns the headers of which a spelling would not go.
  header_set remove(header_remover remove) const noexcept {
    header_set stuck;
    for (int i = 0; i < count_; ++i) {
      if (!contained([&] { remove({names_[i], sizes_[i]}); })) stuck.add(slots_[i]);
    }
    return stuck;
  }

 private:
  static constexpr int max_count = 16;
  char names_[max_count][header_name::max_size];
  std::uint8_t sizes_[max_count];
  int slots_[max_count];
  int count_ = 0;
  bool overflow_ = false;
};

header_set set_each(const outgoing_headers& headers, header_set stuck, header_set repeated, header_setter set,
                    header_remover remove) noexcept {
  header_set failed = stuck;
  headers.ours().for_each([&](int slot) {
    const std::string_view name = headers.names()[slot].text();
    const auto remove_it = [&] { remove(name); };
    if (!headers.present().has(slot) || stuck.has(slot)) {
      if (!contained(remove_it)) failed.add(slot);
      return;
    }
    if (repeated.has(slot) && !contained(remove_it)) failed.add(slot);
    if (!contained([&] { set(name, headers.value(slot)); })) {
      failed.add(slot);
      contained(remove_it);  // what it had before is another message's
    }
  });
  return failed;
}

}  // namespace

header_set write_each(const outgoing_headers& headers, function_ref<void(header_visitor)> walk,
                      header_setter set, header_remover remove) noexcept {
  header_set stuck;
  header_set seen;
  header_set repeated;
  // A hostile carrier may hold more spellings than are noted in one round; it may not hold us up for ever.
  for (int round = 0; round < 64; ++round) {
    foreign_spellings foreign;
    seen = repeated = {};
    const auto note = [&](std::string_view name, std::string_view value) {
      const auto match = round == 0 ? headers.find(name, [&] { return value; }) : headers.find(name);
      const int slot = match.slot();
      if (!match.is_ours()) return;
      if (name != headers.names()[slot].text()) return foreign.note(slot, name);
      if (seen.has(slot)) repeated.add(slot);
      seen.add(slot);
    };
    if (!contained([&] { walk(note); })) stuck = headers.ours();
    stuck = stuck | foreign.remove(remove);
    if (!foreign.overflowed() || !stuck.empty()) break;
  }
  return set_each(headers, stuck, repeated, set, remove);
}

header_set write_each(const outgoing_headers& headers, header_setter set, header_remover remove) noexcept {
  return set_each(headers, {}, {}, set, remove);
}

}  // namespace waybill::inline v0
