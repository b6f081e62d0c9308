#include <waybill/record/span_batch.hpp>

#include <utility>

namespace waybill::inline v0 {
namespace {

void release_all(record_block* block) noexcept {
  while (block != nullptr) {
    record_block* const next = block->next;
    block->release(block);
    block = next;
  }
}

}  // namespace

span_batch::span_batch(record_block* chain) noexcept : first_(chain), last_(chain) {
  while (last_ != nullptr && last_->next != nullptr) last_ = last_->next;
}

span_batch::span_batch(span_batch&& other) noexcept
    : first_(std::exchange(other.first_, nullptr)), last_(std::exchange(other.last_, nullptr)) {}

span_batch& span_batch::operator=(span_batch&& other) noexcept {
  if (this != &other) {
    release_all(first_);
    first_ = std::exchange(other.first_, nullptr);
    last_ = std::exchange(other.last_, nullptr);
  }
  return *this;
}

span_batch::~span_batch() {
  release_all(first_);
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

record_block* span_batch::take_chain() noexcept {
  last_ = nullptr;
  return std::exchange(first_, nullptr);
}

}  // namespace waybill::inline v0
