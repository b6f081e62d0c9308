#include <waybill/analysis/sender_table.hpp>

#include <waybill/record/wait_names.hpp>

#include <charconv>
#include <cstdlib>

namespace waybill::inline v0 {
namespace {

// Two readings of one moment, further apart than scheduling explains, are two clocks.
constexpr std::int64_t clock_tolerance = 50'000'000;

std::optional<unix_nanos> read_time(std::string_view text) noexcept {
  unix_nanos time = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), time);
  if (error != std::errc{} || end != text.data() + text.size() || time < 0) return std::nullopt;
  return time;
}

}  // namespace

sender_table::sender_table() : senders_(1) {}

sender_table::sender sender_table::describe(const resource& resource) noexcept {
  sender found;
  for (const auto& [key, value] : resource.attributes) {
    if (key == "service.name") {
      found.service = value.as_text();
    } else if (key == "service.instance.id") {
      found.instance = value.as_text();
    } else if (key == wait_names::host_boot_id) {
      found.boot_id = value.as_text();
    } else if (key == wait_names::host_boot_time) {
      found.boot_time = read_time(value.as_text());
    } else if (key == "host.id" || (key == "host.name" && found.host.empty())) {
      found.host = value.as_text();
    } else if (key == "process.pid") {
      found.process = value.as_integer();
    }
  }
  return found;
}

sender_number sender_table::number_of(const resource* sender) {
  if (sender == nullptr) return 0;
  if (const auto known = known_.find(sender); known != known_.end()) return known->second;

  const auto described = describe(*sender);
  std::string identity;
  for (const auto part : {described.service, described.instance, described.boot_id, described.host}) {
    identity.append(std::to_string(part.size())).append(1, ':').append(part);
  }
  identity += std::to_string(described.process);
  const auto [place, is_new] =
      by_identity_.try_emplace(identity, static_cast<sender_number>(senders_.size()));
  if (is_new) senders_.push_back(described);
  known_.emplace(sender, place->second);
  return place->second;
}

bool sender_table::same_clock(sender_number a, sender_number b) const noexcept {
  const auto& one = senders_[a];
  const auto& other = senders_[b];
  if (!one.boot_id.empty() && !other.boot_id.empty()) {
    if (one.boot_id != other.boot_id) return false;
    return !one.boot_time || !other.boot_time ||
           std::abs(*one.boot_time - *other.boot_time) <= clock_tolerance;
  }
  if (a != b) return false;
  return !one.instance.empty() || (one.process != 0 && !one.host.empty());
}

}  // namespace waybill::inline v0
