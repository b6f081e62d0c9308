// Random bits for ids and sampling: fast, one generator a thread, seeded by the operating system, reseeded after a fork.
// Not for secrets.
#pragma once

#include <cstdint>

namespace waybill::inline v0 {

// Uniform 64 bits. Never blocks after the first call on a thread.
std::uint64_t random_bits() noexcept;

// Replaces the generator for tests; null brings the real one back. Not for use while other threads draw.
void replace_random(std::uint64_t (*source)() noexcept) noexcept;

// How many times this process has been forked since it was loaded: changes in the child, stays in the parent.
// Whatever is remembered across a fork (seeds, queues, open spans) is compared with it.
std::uint32_t fork_generation() noexcept;

}  // namespace waybill::inline v0
