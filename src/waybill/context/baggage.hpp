// baggage: the application's own values that travel with a request, carried as the text that arrived (W3C baggage §3).
//
// Nothing here copies or re-serialises: readers get views, editors return the old text with one member changed.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/context/kept_text.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

inline constexpr std::size_t max_baggage_members = 64;
inline constexpr std::size_t max_baggage_size =
    8192;  // bytes, all headers together; more is refused before it is looked at

// Walks over the members, also those that break the grammar: while (members.next()) if (members.valid()) …
class baggage_members {
 public:
  explicit baggage_members(std::string_view text) noexcept
      : at_(text.empty() ? nullptr : text.data()), end_(text.data() + text.size()) {}

  bool next() noexcept;

  // An invalid member has a text and nothing else. An empty one is invalid.
  bool valid() const noexcept { return valid_; }
  // As it stands, without the white space around it, and without an empty property at its end.
  std::string_view text() const noexcept { return view(begin_, text_end_); }
  // It is valid, and has that empty property.
  bool ends_early() const noexcept {
    return text_end_ != end_ && *text_end_ != ',' && valid_ && has_semicolon_behind();
  }
  std::string_view key() const noexcept { return view(begin_, key_end_); }
  std::string_view value() const noexcept { return view(value_, value_end_); }  // still percent-encoded
  // Behind the first semicolon.
  std::string_view properties() const noexcept { return view(properties_, text_end_); }

  // The last member was read; until then, what was not.
  bool done() const noexcept { return at_ == nullptr; }
  std::string_view rest() const noexcept { return view(at_, end_); }

 private:
  static std::string_view view(const char* begin, const char* end) noexcept {
    return {begin, static_cast<std::size_t>(end - begin)};
  }
  const char* read_properties(const char* at) noexcept;
  bool refuse() noexcept;
  bool has_semicolon_behind() const noexcept;

  const char* at_;
  const char* end_;
  const char* begin_ = nullptr;
  const char* key_end_ = nullptr;
  const char* value_ = nullptr;
  const char* value_end_ = nullptr;
  const char* properties_ = nullptr;
  const char* text_end_ = nullptr;
  bool valid_ = false;
};

// Keeps the members that are valid and wanted, by their key, up to 64 of them.
void keep_baggage(std::span<const std::string_view> headers, function_ref<bool(std::string_view key)> wanted,
                  kept_text& kept) noexcept;

// Whether these headers, joined, are within both limits.
bool fits_baggage(std::span<const std::string_view> headers) noexcept;

// The value under key as it was sent; of several the last, as SDKs do. Keys compare with case. For text that was checked,
// as a context's is: of other text, members that are not valid are found too.
std::optional<std::string_view> find_baggage_member(std::string_view text, std::string_view key) noexcept;

// The same, decoded.
std::optional<std::string> baggage_value(std::string_view text, std::string_view key);

// A member's value without its percent-encoding; bytes that are no UTF-8 become U+FFFD.
std::string decode_baggage_value(std::string_view encoded);

// text with key set to value, which is percent-encoded, in place of all members of that key and behind the others. Empty
// when key is no token, or when there would be more than 64 members or 8,192 bytes.
std::optional<std::string> set_baggage_member(std::string_view text, std::string_view key,
                                              std::string_view value);
std::string remove_baggage_member(std::string_view text, std::string_view key);

// Writes what fits of text into limit bytes, in whole members: those whose key begins with preferred stay before others,
// and of the others the left-most. out has room for text.size(). Returns the bytes written; 0 if not even the preferred
// ones fit.
std::size_t shorten_baggage(std::string_view text, std::size_t limit, std::string_view preferred,
                            char* out) noexcept;

}  // namespace waybill::inline v0
