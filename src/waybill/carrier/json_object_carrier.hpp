// A JSON object in a string as a carrier: what queues with a metadata column or field hold.
//
// Its string values are the entries. Everything that is not ours (other keys, their order, white space, values that are no
// strings) stays as it is, byte for byte. An empty text counts as {}. A text that is no JSON object reads as empty and is
// never written to; problem() says what is wrong with it.
#pragma once

#include <waybill/base/function_ref.hpp>
#include <waybill/carrier/carrier.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

// Borrows the text: it must outlive the carrier, and only the carrier may change it. What for_each shows is valid until
// then. Texts up to megabytes are walked in linear time; values with escapes are decoded into at most 64 KiB in all, and
// what has no room there is not shown.
class json_object_carrier {
 public:
  explicit json_object_carrier(std::string& json) noexcept;

  void for_each(header_visitor visit) const;
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  header_set write(const outgoing_headers& headers) noexcept;

  // A sentence for a person; empty when the text is an object.
  std::string problem() const;

 private:
  struct fate {
    enum { stays, goes, gets_value } what = stays;
    std::string_view value = {};
  };
  using decide_member = function_ref<fate(std::string_view key)>;
  using add_member = function_ref<void(std::string_view key, std::string_view value)>;

  void inspect() noexcept;
  void decode_escaped();
  void rewrite(decide_member decide, function_ref<void(add_member)> additions);

  std::string& json_;
  const char* problem_ = nullptr;
  std::size_t problem_position_ = 0;
  bool blank_ = false;
  std::string decoded_;  // keys and values of members with escapes; views into it are in escaped_
  std::vector<std::pair<std::string_view, std::string_view>> escaped_;  // in order; null data: not decoded
};

static_assert(carrier<json_object_carrier>);

}  // namespace waybill::inline v0
