// Typed values as views: what set({...}) takes, and what a record's attributes are.
//
// An attribute_value borrows its text and its elements. In an argument list that is safe (temporaries live to the end of
// the call, and set() copies); it is not for storing.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace waybill::inline v0 {

struct attribute;

// huge: an unsigned number above INT64_MAX, which no wire format can carry. set() copies it as decimal text, so that it
// never stands in a record.
enum class value_kind : std::uint8_t { absent, boolean, integer, number, text, bytes, list, group, huge };

// 16 bytes: a tag, a length, and eight bytes of value or pointer.
class attribute_value {
 public:
  constexpr attribute_value() noexcept = default;  // absent: set() leaves it out

  template <std::same_as<bool> B>
  constexpr attribute_value(B value) noexcept : kind_(value_kind::boolean), boolean_(value) {}
  template <std::signed_integral I>
  requires(!std::same_as<I, char>) constexpr attribute_value(I value) noexcept
      : kind_(value_kind::integer), integer_(value) {}
  template <std::unsigned_integral I>
  requires(!std::same_as<I, bool> && !std::same_as<I, char>) constexpr attribute_value(I value) noexcept
      : kind_(static_cast<std::uint64_t>(value) > max_integer ? value_kind::huge : value_kind::integer),
        integer_(static_cast<std::int64_t>(value)) {}
  template <std::floating_point F>
  constexpr attribute_value(F value) noexcept
      : kind_(value_kind::number), number_(static_cast<double>(value)) {}

  constexpr attribute_value(std::string_view text) noexcept
      : kind_(value_kind::text), size_(clamp(text.size())), text_(text.data()) {}
  attribute_value(const std::string& text) noexcept
      : kind_(value_kind::text), size_(clamp(text.size())), text_(text.data()) {}
  constexpr attribute_value(const char* text) noexcept {  // null: absent (getenv, PQgetvalue)
    if (text == nullptr) return;
    kind_ = value_kind::text;
    size_ = clamp(std::string_view::traits_type::length(text));
    text_ = text;
  }
  template <class T>
  constexpr attribute_value(const std::optional<T>& maybe) noexcept {  // empty: absent
    if (maybe) *this = attribute_value{*maybe};
  }
  constexpr attribute_value(std::initializer_list<attribute> members) noexcept;  // a group

  attribute_value(std::nullptr_t) = delete;
  template <std::same_as<char> C>
  attribute_value(C) = delete;  // a letter or a number? say std::string_view{&c, 1} or int{c}
  template <class P>
  requires(std::is_pointer_v<P> && !std::same_as<std::remove_cv_t<std::remove_pointer_t<P>>, char>)
      attribute_value(P)
  = delete;  // a pointer's value is nobody's attribute

  static constexpr attribute_value bytes(std::string_view raw) noexcept {
    attribute_value value;
    value.kind_ = value_kind::bytes;
    value.size_ = clamp(raw.size());
    value.text_ = raw.data();
    return value;
  }
  static constexpr attribute_value list(const attribute_value* elements, std::size_t count) noexcept {
    attribute_value value;
    value.kind_ = value_kind::list;
    value.size_ = clamp(count);
    value.elements_ = elements;
    return value;
  }
  static constexpr attribute_value group(const attribute* members, std::size_t count) noexcept {
    attribute_value value;
    value.kind_ = value_kind::group;
    value.size_ = clamp(count);
    value.members_ = members;
    return value;
  }

  // The same text or bytes, which were copied to there.
  constexpr attribute_value moved_to(const char* copy) const noexcept {
    attribute_value value = *this;
    value.text_ = copy;
    return value;
  }

  constexpr value_kind kind() const noexcept { return kind_; }
  constexpr bool is_absent() const noexcept { return kind_ == value_kind::absent; }
  constexpr std::size_t size() const noexcept { return size_; }  // of text, bytes, list, group; else 0

  // Each returns the neutral value when the kind is another.
  constexpr bool as_boolean() const noexcept { return kind_ == value_kind::boolean && boolean_; }
  constexpr std::int64_t as_integer() const noexcept { return kind_ == value_kind::integer ? integer_ : 0; }
  constexpr std::uint64_t as_huge() const noexcept {
    return kind_ == value_kind::huge ? static_cast<std::uint64_t>(integer_) : 0;
  }
  constexpr double as_number() const noexcept {
    return kind_ == value_kind::number ? number_ : static_cast<double>(as_integer());
  }
  constexpr std::string_view as_text() const noexcept {  // text and bytes
    if (kind_ != value_kind::text && kind_ != value_kind::bytes) return {};
    return {text_, std::size_t{size_}};
  }
  constexpr const attribute_value* elements() const noexcept {
    return kind_ == value_kind::list ? elements_ : nullptr;
  }
  constexpr const attribute* members() const noexcept {
    return kind_ == value_kind::group ? members_ : nullptr;
  }

 private:
  static constexpr std::uint64_t max_integer = 0x7FFF'FFFF'FFFF'FFFF;
  static constexpr std::uint32_t clamp(std::size_t size) noexcept {
    return static_cast<std::uint32_t>(size < 0xFFFFFFFFU ? size : 0xFFFFFFFFU);
  }

  value_kind kind_ = value_kind::absent;
  std::uint32_t size_ = 0;
  union {
    std::int64_t integer_ = 0;
    bool boolean_;
    double number_;
    const char* text_;
    const attribute_value* elements_;
    const attribute* members_;
  };
};

struct attribute {
  std::string_view key;
  attribute_value value;
};

constexpr attribute_value::attribute_value(std::initializer_list<attribute> members) noexcept {
  *this = group(members.begin(), members.size());
}

static_assert(sizeof(attribute_value) == 16 && sizeof(attribute) == 32);

}  // namespace waybill::inline v0
