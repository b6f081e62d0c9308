// Rewriting a comma-separated list by leaving members out: what stays, stays byte for byte.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace waybill::inline v0 {

// The members that stay, in order, as views into the lists they came from. Neighbours become one piece, with whatever
// stood between them.
class kept_text {
 public:
  static constexpr std::size_t max_pieces = 64;

  // False, and nothing kept, when that would make too many pieces. Nothing to keep is kept at once.
  bool keep(std::string_view member) noexcept {
    if (member.empty()) return true;
    if (adjacent_) {
      std::string_view& last = pieces_[count_ - 1];
      last = {last.data(), static_cast<std::size_t>(member.data() + member.size() - last.data())};
      return true;
    }
    if (count_ == max_pieces) return false;
    pieces_[count_++] = member;
    adjacent_ = true;
    return true;
  }
  // What comes next is no neighbour of what was kept last: a member was left out, or another list begins.
  void part() noexcept { adjacent_ = false; }

  std::span<const std::string_view> pieces() const noexcept { return {pieces_.data(), count_}; }

  // The length of the pieces with commas between them: now, and if one more member were kept.
  std::size_t size() const noexcept {
    std::size_t size = count_ == 0 ? 0 : count_ - 1;
    for (const auto piece : pieces()) size += piece.size();
    return size;
  }
  std::size_t size_with(std::string_view member) const noexcept {
    kept_text more = *this;
    more.keep(member);
    return more.size();
  }

  // Writes the pieces with commas between them and returns the end.
  char* write(char* out) const noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      if (i != 0) *out++ = ',';
      std::memcpy(out, pieces_[i].data(), pieces_[i].size());
      out += pieces_[i].size();
    }
    return out;
  }

 private:
  std::array<std::string_view, max_pieces> pieces_;
  std::size_t count_ = 0;
  bool adjacent_ = false;
};

}  // namespace waybill::inline v0
