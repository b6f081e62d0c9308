#include <waybill/propagation/baggage_merge.hpp>

#include <waybill/context/baggage.hpp>
#include <waybill/formats/sentry_trace.hpp>

#include <cstring>

namespace waybill::inline v0 {
namespace {

// The room that is left under the limits.
class baggage_room {
 public:
  bool take(std::string_view member) noexcept {
    const std::size_t size = member.size() + (count_ == 0 ? 0 : 1);
    if (count_ == max_baggage_members || size_ + size > max_baggage_size) return false;
    ++count_;
    size_ += size;
    return true;
  }

 private:
  std::size_t count_ = 0;
  std::size_t size_ = 0;
};

class member_list {
 public:
  explicit member_list(char* out) noexcept : begin_(out), end_(out) {}
  void add(std::string_view member) noexcept {
    if (end_ != begin_) *end_++ = ',';
    std::memcpy(end_, member.data(), member.size());
    end_ += member.size();
  }
  std::string_view view() const noexcept { return {begin_, static_cast<std::size_t>(end_ - begin_)}; }

 private:
  char* begin_;
  char* end_;
};

}  // namespace

std::string_view merge_baggage(std::span<const std::string_view> theirs, std::string_view ours,
                               char* out) noexcept {
  const bool keep_sentry = !has_sentry_members(ours);
  baggage_room room;
  member_list merged{out};
  for (const auto header : theirs) {
    for (baggage_members members{header}; members.next();) {
      if (members.valid() && (keep_sentry || !is_sentry_member(members.key())) && room.take(members.text()))
        merged.add(members.text());
    }
  }
  const std::string_view before = merged.view();
  const auto visit_ours = [&](bool of_sentry, auto&& visit) {
    for (baggage_members members{ours}; members.next();) {
      if (members.valid() && is_sentry_member(members.key()) == of_sentry) visit(members);
    }
  };
  // The room is Sentry's first, though its members stand behind the others.
  char sentry_text[max_baggage_size];
  member_list of_sentry{sentry_text};
  visit_ours(true, [&](const baggage_members& one) {
    if (room.take(one.text())) of_sentry.add(one.text());
  });
  visit_ours(false, [&](const baggage_members& one) {
    if (!find_baggage_member(before, one.key()) && room.take(one.text())) merged.add(one.text());
  });
  if (!of_sentry.view().empty()) merged.add(of_sentry.view());
  return merged.view();
}

}  // namespace waybill::inline v0
