#include <waybill/tracing/bounded_memory.hpp>

#include <waybill/tracing/overflow_memory.hpp>

#include <charconv>

namespace waybill::inline v0 {
namespace {
constexpr std::size_t piece_size = 4096;
constexpr int deepest = 8;
}  // namespace

void bounded_memory::free_pieces() noexcept {
  while (pieces_ != nullptr) {
    piece* const before = pieces_->before;
    overflow_memory::release(pieces_);
    pieces_ = before;
  }
}

void* bounded_memory::allocate_piece(std::size_t size, std::size_t alignment) noexcept {
  std::size_t wanted = size + alignment + sizeof(piece);
  if (wanted < piece_size) wanted = piece_size;
  if (wanted > left_) wanted = size + alignment + sizeof(piece);
  if (wanted > left_) return nullptr;
  auto* const fresh = static_cast<char*>(overflow_memory::acquire(wanted));
  if (fresh == nullptr) return nullptr;
  left_ -= wanted;
  pieces_ = new (fresh) piece{pieces_};
  next_ = fresh + sizeof(piece);
  end_ = fresh + wanted;
  return allocate(size, alignment);
}

attribute_value bounded_memory::copy_deep(const attribute_value& value, std::size_t cut_text,
                                          int depth) noexcept {
  const auto copied_text = [&](std::string_view text) {
    const auto kept = copy(text, cut_text);
    return kept.data() == nullptr ? attribute_value{} : attribute_value{kept};
  };
  switch (value.kind()) {
    case value_kind::text:
      return copied_text(value.as_text());
    case value_kind::bytes: {
      const auto kept = copied_text(value.as_text());
      return kept.is_absent() ? kept : attribute_value::bytes(kept.as_text());
    }
    case value_kind::huge: {
      char digits[24];
      const auto end = std::to_chars(digits, digits + sizeof digits, value.as_huge()).ptr;
      return copied_text({digits, static_cast<std::size_t>(end - digits)});
    }
    case value_kind::list: {
      if (depth == deepest) return {};
      const std::size_t count = value.size();
      auto* const to =
          static_cast<attribute_value*>(allocate(count * sizeof(attribute_value), alignof(attribute_value)));
      if (to == nullptr) return {};
      for (std::size_t i = 0; i < count; ++i) {
        new (to + i) attribute_value(copy_deep(value.elements()[i], cut_text, depth + 1));
      }
      return attribute_value::list(to, count);
    }
    case value_kind::group: {
      if (depth == deepest) return {};
      auto* const to =
          static_cast<attribute*>(allocate(value.size() * sizeof(attribute), alignof(attribute)));
      if (to == nullptr) return {};
      std::size_t kept = 0;
      for (std::size_t i = 0; i < value.size(); ++i) {
        const auto& member = value.members()[i];
        const auto key = copy(member.key, 255);
        const auto copied = copy_deep(member.value, cut_text, depth + 1);
        if (key.data() != nullptr && !copied.is_absent()) new (to + kept++) attribute{key, copied};
      }
      return attribute_value::group(to, kept);
    }
    case value_kind::absent:
    case value_kind::boolean:
    case value_kind::integer:
    case value_kind::number:
      break;
  }
  return value;
}

}  // namespace waybill::inline v0
