// What all tasks of this process have in common.
#pragma once

#include <waybill/task/policy_rules.hpp>
#include <waybill/task/redaction.hpp>

#include <string>
#include <vector>

namespace waybill::inline v0 {

struct task_settings {
  std::vector<std::string> event_metadata = {};  // metadata keys that events carry as metadata.<key>
  std::vector<std::string> secret_words = {};    // beside redaction's own
  policy_rules policies = {};                    // for what a call's task_options leave open
};

struct applied_task_settings {
  std::vector<std::string> event_metadata;
  redaction secrets;
  policy_rules policies;
};

// Replaces the settings for tasks that start from now on. Earlier ones are kept: running tasks refer to them.
void use_task_settings(task_settings settings);
const applied_task_settings& current_task_settings() noexcept;

}  // namespace waybill::inline v0
