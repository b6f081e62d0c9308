#include <waybill/record/span_batch.hpp>

#include <utility>

namespace waybill::inline v0 {

void span_batch::release_all() noexcept {
  while (first_ != nullptr) {
    record_block* const block = std::exchange(first_, first_->next);
    block->release(block);
  }
}

span_batch::span_batch(span_batch&& other) noexcept
    : first_(std::exchange(other.first_, nullptr)), last_(std::exchange(other.last_, nullptr)) {}

span_batch& span_batch::operator=(span_batch&& other) noexcept {
  if (this != &other) {
    release_all();
    first_ = std::exchange(other.first_, nullptr);
    last_ = std::exchange(other.last_, nullptr);
  }
  return *this;
}

std::size_t span_batch::span_count() const noexcept {
  std::size_t count = 0;
  for (const record_block* block = first_; block != nullptr; block = block->next)
    count += block->spans.size();
  return count;
}

std::size_t span_batch::log_count() const noexcept {
  std::size_t count = 0;
  for (const record_block* block = first_; block != nullptr; block = block->next) count += block->logs.size();
  return count;
}

std::size_t span_batch::bytes() const noexcept {
  std::size_t sum = 0;
  for (const record_block* block = first_; block != nullptr; block = block->next) sum += block->bytes;
  return sum;
}

void span_batch::append(span_batch&& other) noexcept {
  if (other.first_ == nullptr) return;
  if (last_ == nullptr) {
    first_ = other.first_;
  } else {
    last_->next = other.first_;
  }
  last_ = other.last_;
  other.first_ = other.last_ = nullptr;
}

}  // namespace waybill::inline v0
