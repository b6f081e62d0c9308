#include <waybill/store/related_keys.hpp>

#include <waybill/store/hash.hpp>

#include <algorithm>
#include <optional>

namespace waybill::inline v0 {
namespace {

constexpr std::uint64_t link_seed = 0x6c696e6b2d746f31ULL;
constexpr std::uint64_t message_seed = 0x6d6573736167652dULL;

constexpr std::string_view message_id_names[] = {"messaging.message.id", "messaging.message_id",
                                                 "bullmq.job.id", "hatchet.step_run_id", "step_run_id"};
constexpr std::string_view destination_names[] = {"messaging.destination.name", "messaging.destination",
                                                  "bullmq.queue.name"};

bool is_one_of(std::string_view key, std::span<const std::string_view> names) noexcept {
  return std::find(names.begin(), names.end(), key) != names.end();
}

// A UUID or a broker's random id names one message in the world. A counter ("17") does so only within its
// queue.
bool stands_alone(std::string_view id) noexcept {
  return id.size() >= 16 && id.find_first_not_of("0123456789") != std::string_view::npos;
}

std::optional<std::uint64_t> message_key(std::span<const attribute> attributes) noexcept {
  std::string_view id;
  std::string_view destination;
  for (const auto& [key, value] : attributes) {
    if (value.kind() != value_kind::text || key.size() < 11) continue;
    if (id.empty() && is_one_of(key, message_id_names)) id = value.as_text();
    if (destination.empty() && is_one_of(key, destination_names)) destination = value.as_text();
  }
  if (id.empty()) return std::nullopt;
  if (stands_alone(id)) return hash_bytes(id, message_seed);
  if (destination.empty()) return std::nullopt;
  return hash_bytes(id, hash_bytes(destination, message_seed));
}

}  // namespace

std::uint64_t key_of_links_to(const trace_id& target) noexcept {
  return hash_bytes(target.view(), link_seed);
}

void for_each_key(const span_record& span, function_ref<void(std::uint64_t)> visit) {
  if (const auto key = message_key(span.attributes)) visit(*key);
  for (const auto& link : span.links) {
    if (link.trace != span.trace) visit(key_of_links_to(link.trace));
    if (const auto key = message_key(link.attributes)) visit(*key);
  }
}

void for_each_key(const log_record& log, function_ref<void(std::uint64_t)> visit) {
  if (const auto key = message_key(log.attributes)) visit(*key);
}

}  // namespace waybill::inline v0
