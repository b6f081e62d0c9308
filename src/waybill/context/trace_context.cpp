#include <waybill/context/trace_context.hpp>

#include <waybill/base/block_pool.hpp>

#include <cstdlib>
#include <cstring>
#include <new>

namespace waybill::inline v0 {
namespace {

std::size_t joined_size(std::span<const std::string_view> pieces) noexcept {
  std::size_t size = 0;
  for (const auto piece : pieces) {
    if (piece.empty()) continue;
    size += piece.size() + (size == 0 ? 0 : 1);
  }
  return size;
}

char* write_joined(std::span<const std::string_view> pieces, char* out) noexcept {
  const char* const begin = out;
  for (const auto piece : pieces) {
    if (piece.empty()) continue;
    if (out != begin) *out++ = ',';
    std::memcpy(out, piece.data(), piece.size());
    out += piece.size();
  }
  return out;
}

}  // namespace

context_text* context_text::make(std::span<const std::string_view> tracestate,
                                 std::span<const std::string_view> baggage, bool sentry_frozen) noexcept {
  const std::size_t tracestate_size = joined_size(tracestate);
  const std::size_t baggage_size = joined_size(baggage);
  if (tracestate_size + baggage_size == 0 && !sentry_frozen) return nullptr;
  const std::size_t needed = sizeof(context_text) + tracestate_size + baggage_size;
  const bool pooled = needed <= context_blocks::block_size;
  void* const memory = pooled ? context_blocks::acquire() : std::malloc(needed);
  if (memory == nullptr) return nullptr;
  auto* const text = new (memory) context_text;
  text->tracestate_size_ = static_cast<std::uint32_t>(tracestate_size);
  text->baggage_size_ = static_cast<std::uint32_t>(baggage_size);
  text->sentry_frozen_ = sentry_frozen;
  text->pooled_ = pooled;
  char* const characters = reinterpret_cast<char*>(text + 1);
  write_joined(baggage, write_joined(tracestate, characters));
  return text;
}

void context_text::release() noexcept {
  if (!references_.drop()) return;
  const bool pooled = pooled_;
  this->~context_text();
  if (pooled) {
    context_blocks::release(this);
  } else {
    std::free(this);
  }
}

}  // namespace waybill::inline v0
