// Names in configuration: one as it is, or all that begin alike, with a * at the end.
#pragma once

#include <waybill/base/result.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace waybill::inline v0 {

class name_pattern {
 public:
  // Fits every name.
  name_pattern() noexcept = default;

  // Fails with half a sentence for a * that is not the last character, and for nothing at all.
  static result<name_pattern> parse(std::string_view text);

  // parts: the name, in pieces that follow each other. Compares with case.
  bool fits(std::initializer_list<std::string_view> parts) const noexcept;
  bool fits(std::string_view name) const noexcept { return fits({name}); }

  // What every name begins with that fits.
  std::string_view beginning() const noexcept { return beginning_; }

 private:
  std::string beginning_;
  bool open_ = true;  // more may follow
};

}  // namespace waybill::inline v0
