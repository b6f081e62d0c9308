// What a carrier is to hold of our headers when we are done with it.
#pragma once

#include <waybill/carrier/header_table.hpp>

#include <cstddef>
#include <new>
#include <string_view>

namespace waybill::inline v0 {

// One header that somebody may have filled before us (baggage), and those that tell that the carrier was used for another
// message before.
struct watched_headers {
  header_set kept;    // the first
  header_set naming;  // the others
  // Called with each value of kept that is not the one to be written, before it goes; has to copy it.
  void (*keep)(void* object, std::string_view value) noexcept;
};

// Every header that is ours to decide on has either a value, and is then to be there once and under its exact name, or
// none, and is then to be gone in every spelling. The rest of the carrier is not ours.
class outgoing_headers {
 public:
  // ours: the slots in names that are ours to decide on.
  outgoing_headers(const header_table& names, header_set ours) noexcept : names_(names), ours_(ours) {}
  // The same with an eye on watched, where its header is ours. watched and object must live as long as this.
  outgoing_headers(const header_table& names, header_set ours, const watched_headers& watched,
                   void* object) noexcept
      : names_(names), ours_(ours), kept_(ours & watched.kept), watched_(&watched), watcher_(object) {}
  outgoing_headers(const outgoing_headers&) = delete;
  outgoing_headers& operator=(const outgoing_headers&) = delete;

  // The value is a view: into the context that is written, or into what claim() gave. An empty one is none.
  void set(int slot, std::string_view value) noexcept {
    if (value.empty()) return remove(slot);
    new (&values_.of[slot]) std::string_view{value};
    present_.add(slot);
  }
  void remove(int slot) noexcept { present_.remove(slot); }

  // Room for a formatted value, as long as this lives; null when there is none left.
  char* claim(std::size_t size) noexcept {
    if (size > sizeof scratch_ - used_) return nullptr;
    used_ += size;
    return scratch_ + used_ - size;
  }

  const header_table& names() const noexcept { return names_; }
  header_set ours() const noexcept { return ours_; }
  header_set present() const noexcept { return present_; }                      // those with a value
  std::string_view value(int slot) const noexcept { return values_.of[slot]; }  // only where present

  // What is to become of an entry of the carrier: one that is ours stays, with our value, if it is exact, and goes otherwise.
  [[gnu::always_inline]] header_table::match find(std::string_view name) const noexcept {
    const auto match = names_.find_with_case(name);
    if (!match.is_ours() || !ours_.has(match.slot())) return {};
    return {match.slot(), match.is_exact() && present_.has(match.slot())};
  }
  // The same for a writer who can show the entry's value: old() gives it, and is called where somebody watches. Asked once
  // for each entry, before anything changes in it.
  template <class Old>
  [[gnu::always_inline]] header_table::match find(std::string_view name, Old&& old) const noexcept {
    const auto match = names_.find_with_case(name);
    if (!match.is_ours()) return {};
    found_.add(match.slot());
    if (kept_.has(match.slot())) {
      const std::string_view there = old();
      if (!has(match.slot(), there)) {
        watched_->keep(watcher_, there);
      } else if (match.is_exact()) {
        return header_table::match::same(match.slot());
      }
    }
    if (!ours_.has(match.slot())) return {};
    return {match.slot(), match.is_exact() && present_.has(match.slot())};
  }
  // For a writer who has looked an entry up.
  void note(int slot, std::string_view old) const noexcept {
    found_.add(slot);
    if (kept_.has(slot) && !has(slot, old)) watched_->keep(watcher_, old);
  }

  // The carrier has been written to, and held none of those that tell of another message.
  bool carrier_was_new() const noexcept { return (found_ & watched_->naming).empty(); }

 private:
  bool has(int slot, std::string_view old) const noexcept { return present_.has(slot) && old == value(slot); }

  const header_table& names_;
  header_set ours_;
  header_set present_;
  mutable header_set found_;  // what the carrier was seen to hold
  header_set kept_;
  const watched_headers* watched_ = nullptr;
  void* watcher_ = nullptr;
  std::size_t used_ = 0;
  union unset_values {
    unset_values() noexcept {}
    std::string_view of[header_table::max_headers];
  } values_;
  char scratch_[1024];
};

}  // namespace waybill::inline v0
