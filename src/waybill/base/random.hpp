// Random bits for ids and sampling: fast, one generator a thread, seeded by the operating system, reseeded after a fork.
// Not for secrets.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace waybill::inline v0 {

// Uniform bits in every word; one, two or three of them. Never blocks after the first call on a thread.
template <std::size_t Count>
std::array<std::uint64_t, Count> random_words() noexcept;

inline std::uint64_t random_bits() noexcept {
  return random_words<1>()[0];
}

// Replaces the generator for tests; null brings the real one back. Not for use while other threads draw.
void replace_random(std::uint64_t (*source)() noexcept) noexcept;

extern constinit std::atomic<std::uint32_t> forks;

// How many times this process has been forked since it was loaded: changes in the child, stays in the parent.
// Whatever is remembered across a fork (seeds, queues, open spans) is compared with it.
inline std::uint32_t fork_generation() noexcept {
  return forks.load(std::memory_order_relaxed);
}

}  // namespace waybill::inline v0
