// What an operator says about the messages of others: read and checked once.
#pragma once

#include <waybill/configuration/environment_value.hpp>
#include <waybill/propagation/baggage_list.hpp>
#include <waybill/task/policy_rules.hpp>

#include <cstdint>
#include <optional>

namespace waybill::inline v0 {

struct start_options;

struct message_rules {
  policy_rules policies = {};                             // WAYBILL_POLICY
  std::optional<baggage_list> baggage = {};               // WAYBILL_BAGGAGE; empty: all of it goes on
  std::optional<std::uint32_t> max_forced_sampling = {};  // WAYBILL_MAX_FORCED_SAMPLING; empty: no cap
};

// Options win over the environment. A value that cannot be used is a failure that names the option or the variable.
result<message_rules> read_message_rules(const start_options& options, environment_getter get);

}  // namespace waybill::inline v0
