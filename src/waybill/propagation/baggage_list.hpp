// Which members of others' baggage go on with a trace: all but some, or some and no others.
#pragma once

#include <waybill/base/name_pattern.hpp>
#include <waybill/base/result.hpp>

#include <string_view>
#include <vector>

namespace waybill::inline v0 {

class baggage_list {
 public:
  // allow:tenant,region* or deny:user*,email: keys, of which a * ends one that may go on. allow: alone lets nothing through.
  // Sentry's members (sentry-…) go through unless a key of the list begins so; then the list is about them too.
  // Fails with a sentence that names the part that is wrong.
  static result<baggage_list> parse(std::string_view text);

  bool lets_through(std::string_view key) const noexcept;

 private:
  std::vector<name_pattern> keys_;
  bool allows_ = false;  // what is on it, and nothing else
  bool names_sentry_ = false;
};

}  // namespace waybill::inline v0
