// What an operator decides about tasks and the senders of their messages, by queue and by task.
#pragma once

#include <waybill/base/name_pattern.hpp>
#include <waybill/propagation/trust.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace waybill::inline v0 {

// Empty: nothing was said about it.
struct message_policy {
  std::optional<relation_rule> relation = {};
  std::optional<trust> trusted = {};
};

class policy_rules {
 public:
  // Rules with a semicolon between, each which=what:
  //   *=max_age:24h; queue:partner/*=trust:ignore; task:report/*=new; queue:mail task:mail/send=link,trust:link
  // which: * for all, or queue:<name> and task:<kind>/<action>; both have to fit where both stand; a * ends a name that may go
  //   on. what, with commas between: parent, link, new or max_age:<duration>, of which one can be said; and trust:continue,
  //   trust:link or trust:ignore.
  // Fails with a sentence that names the rule, the part of it that is wrong, and what is known. Nothing at all: no rules.
  static result<policy_rules> parse(std::string_view text);

  // About the relation and about trust, each: what the last of the rules says that fit and say something about it.
  message_policy find(std::string_view queue, std::string_view kind, std::string_view action) const noexcept;

  bool empty() const noexcept { return rules_.empty(); }

 private:
  struct rule {
    name_pattern queue;
    name_pattern task;
    message_policy policy;
  };
  static result<rule> parse_rule(std::string_view text);

  std::vector<rule> rules_;
};

}  // namespace waybill::inline v0
