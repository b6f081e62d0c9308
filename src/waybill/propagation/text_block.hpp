// Memory for a header's text that has to be put together: a pooled kilobyte, or more when that is too little.
#pragma once

#include <waybill/base/block_pool.hpp>

#include <cstddef>
#include <cstdlib>

namespace waybill::inline v0 {

class text_block {
 public:
  text_block() noexcept = default;
  text_block(const text_block&) = delete;
  text_block& operator=(const text_block&) = delete;
  ~text_block() { reset(); }

  // Null when there is no memory. What was claimed before is gone.
  char* claim(std::size_t size) noexcept {
    reset();
    pooled_ = size <= context_blocks::block_size;
    memory_ = pooled_ ? context_blocks::acquire() : std::malloc(size);
    return static_cast<char*>(memory_);
  }

 private:
  void reset() noexcept {
    if (memory_ == nullptr) return;
    if (pooled_) {
      context_blocks::release(memory_);
    } else {
      std::free(memory_);
    }
    memory_ = nullptr;
  }

  void* memory_ = nullptr;
  bool pooled_ = false;
};

}  // namespace waybill::inline v0
