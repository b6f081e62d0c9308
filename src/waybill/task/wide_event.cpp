#include <waybill/task/wide_event.hpp>

#include <waybill/base/uncancelled.hpp>
#include <waybill/task/event_block.hpp>
#include <waybill/task/redaction.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <utility>

namespace waybill::inline v0 {
namespace {

constinit std::atomic<std::uint64_t> too_late{0};

// The copy is ours, in memory of the block: its members may be written.
void redact_members(const attribute_value& group, const redaction& secrets) noexcept {
  auto* const members = const_cast<attribute*>(group.members());
  for (std::size_t i = 0; i < group.size() && members != nullptr; ++i) {
    if (secrets.is_secret(members[i].key)) {
      members[i].value = redacted_text;
    } else {
      redact_members(members[i].value, secrets);
    }
  }
  for (std::size_t i = 0; i < group.size() && group.elements() != nullptr; ++i) {
    redact_members(group.elements()[i], secrets);
  }
}

}  // namespace

wide_event::~wide_event() {
  if (block_ != nullptr) block_->release(block_);
}

void wide_event::open(event_block* block, const redaction* secrets) noexcept {
  block_ = block;
  secrets_ = secrets;
  reserved_ = block == nullptr ? 0 : block->attributes.view().size();
}

void wide_event::set_reserved(std::string_view key, const attribute_value& value) noexcept {
  const std::lock_guard lock{mutex_};
  if (block_ != nullptr) block_->set(key, value);
}

event_block* wide_event::close() noexcept {
  const std::lock_guard lock{mutex_};
  ended_ = true;
  return std::exchange(block_, nullptr);
}

std::uint64_t wide_event::set_too_late() noexcept {
  return too_late.load(std::memory_order_relaxed);
}

void wide_event::refuse() noexcept {
  if (too_late.fetch_add(1, std::memory_order_relaxed) != 0) return;
  const uncancelled held;
  std::fputs(
      "waybill: event.set() after the end of its task: the value is lost. Set it before the task's body "
      "returns, or "
      "use start_task and end it later. (told once)\n",
      stderr);
}

void wide_event::set_locked(std::string_view key, const attribute_value& value) noexcept {
  if (block_ == nullptr) return;
  const attribute* const known = block_->attributes.find(key);
  const auto all = block_->attributes.view();
  const bool reserved = known != nullptr && known < all.data() + reserved_;
  const bool full = known == nullptr && all.size() - reserved_ >= block_->owner->limits().attribute_count;
  if (reserved || full) {
    block_->attributes.count_dropped();
    return;
  }
  if (!value.is_absent() && secrets_->is_secret(key)) {
    block_->set(key, redacted_text);
    return;
  }
  block_->set(key, value);
  if (value.kind() == value_kind::group || value.kind() == value_kind::list) {
    if (const auto* const copied = block_->attributes.find(key)) redact_members(copied->value, *secrets_);
  }
}

void wide_event::set(std::string_view key, const attribute_value& value) noexcept {
  const std::lock_guard lock{mutex_};
  if (ended_) return refuse();
  set_locked(key, value);
}

void wide_event::set(std::initializer_list<attribute> fields) noexcept {
  const std::lock_guard lock{mutex_};
  if (ended_) return refuse();
  for (const auto& one : fields) set_locked(one.key, one.value);
}

void wide_event::count(std::string_view key, std::int64_t by) noexcept {
  const std::lock_guard lock{mutex_};
  if (ended_) return refuse();
  if (block_ == nullptr) return;
  const auto* const known = block_->attributes.find(key);
  std::int64_t sum = 0;
  const std::int64_t before = known != nullptr ? known->value.as_integer() : 0;
  set_locked(key, __builtin_add_overflow(before, by, &sum) ? before : sum);
}

void wide_event::add_milliseconds(std::string_view key, std::int64_t nanoseconds) noexcept {
  const std::lock_guard lock{mutex_};
  if (ended_) return refuse();
  if (block_ == nullptr) return;
  char name[256];
  const int size = std::snprintf(name, sizeof name, "%.*s_ms",
                                 static_cast<int>(std::min(key.size(), std::size_t{200})), key.data());
  if (size <= 0) return;
  const std::string_view full{name, static_cast<std::size_t>(size)};
  const auto* const known = block_->attributes.find(full);
  const double before = known != nullptr ? known->value.as_number() : 0.0;
  set_locked(full, before + static_cast<double>(nanoseconds) / 1e6);
}

}  // namespace waybill::inline v0
