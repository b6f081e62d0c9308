// What records take beyond their pooled kilobytes: so much for the whole process, and then no more.
#pragma once

#include <cstddef>

namespace waybill::inline v0::overflow_memory {

// Of all records that are open or waiting to leave. A collector that is gone costs the host this and the pooled blocks.
inline constexpr std::size_t most_bytes = std::size_t{16} << 20;

// Aligned for any type. Null when the bound is reached or there is no memory. Thread-safe, never blocks.
void* acquire(std::size_t size) noexcept;
void release(void* memory) noexcept;

// Bytes that are taken now.
std::size_t in_use() noexcept;

}  // namespace waybill::inline v0::overflow_memory
