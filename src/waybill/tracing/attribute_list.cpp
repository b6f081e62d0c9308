#include <waybill/tracing/attribute_list.hpp>

namespace waybill::inline v0 {

attribute* attribute_list::find_marked(std::string_view key) noexcept {
  for (auto& one : list_) {
    if (one.key == key) return &one;
  }
  return nullptr;
}

void attribute_list::set(bounded_memory& memory, const span_limits& limits,
                         std::initializer_list<attribute> attributes) noexcept {
  for (const auto& one : attributes) {
    if (!add_plain(memory, limits, one.key, one.value)) set_any(memory, limits, one.key, one.value);
  }
}

void attribute_list::set_any(bounded_memory& memory, const span_limits& limits, std::string_view key,
                             const attribute_value& value) noexcept {
  if (value.is_absent()) return;
  attribute* const known = find(key);
  if (key.empty() || key.size() > longest_key ||
      (known == nullptr && list_.size() >= limits.attribute_count)) {
    ++dropped_;
    return;
  }
  const attribute_value copied = memory.copy(value, limits.attribute_value_length);
  if (copied.is_absent()) {
    ++dropped_;
    return;
  }
  if (known != nullptr) {
    known->value = copied;
    return;
  }
  const std::string_view copied_key = memory.copy(key, longest_key);
  if (copied_key.data() == nullptr ||
      !list_.push(memory, attribute{copied_key, copied}, limits.attribute_count)) {
    ++dropped_;
    return;
  }
  marks_ |= std::uint64_t{1} << mark_of(key);
}

}  // namespace waybill::inline v0
