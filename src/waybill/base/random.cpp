#include <waybill/base/random.hpp>

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <ctime>

namespace waybill::inline v0 {
namespace {

constinit std::atomic<std::uint64_t (*)() noexcept> replacement{nullptr};
constinit std::atomic<std::uint32_t> generation{0};

// Registered when the library is loaded: a fork before the first span must count as well.
const int fork_handler =
    pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_relaxed); });

// xoshiro256**, by Blackman and Vigna: 256 bits of state, passes the usual batteries.
struct generator {
  std::uint64_t state[4];
  std::uint32_t seeded_in;  // fork generation + 1; 0 = never seeded
};
constinit thread_local generator local{{0, 0, 0, 0}, 0};

std::uint64_t rotate_left(std::uint64_t x, int k) noexcept {
  return (x << k) | (x >> (64 - k));
}

std::uint64_t split_mix(std::uint64_t& x) noexcept {
  x += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = x;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

void seed(generator& g, std::uint32_t now) noexcept {
  // Not getrandom(3): that is a cancellation point, and this is noexcept.
  if (syscall(SYS_getrandom, g.state, sizeof g.state, 0) != static_cast<long>(sizeof g.state)) {
    // A sandbox without getrandom: time, address and thread still tell processes and threads apart.
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    std::uint64_t x = static_cast<std::uint64_t>(t.tv_nsec) ^ (static_cast<std::uint64_t>(t.tv_sec) << 32) ^
                      reinterpret_cast<std::uintptr_t>(&g) ^ (static_cast<std::uint64_t>(now) << 48);
    for (auto& word : g.state) word = split_mix(x);
  }
  g.state[0] |= 1;  // the all-zero state never leaves itself
  g.seeded_in = now + 1;
}

}  // namespace

std::uint64_t random_bits() noexcept {
  if (const auto source = replacement.load(std::memory_order_relaxed)) return source();
  generator& g = local;
  if (const std::uint32_t now = fork_generation(); g.seeded_in != now + 1) seed(g, now);
  const std::uint64_t drawn = rotate_left(g.state[1] * 5, 7) * 9;
  const std::uint64_t t = g.state[1] << 17;
  g.state[2] ^= g.state[0];
  g.state[3] ^= g.state[1];
  g.state[1] ^= g.state[2];
  g.state[0] ^= g.state[3];
  g.state[2] ^= t;
  g.state[3] = rotate_left(g.state[3], 45);
  return drawn;
}

void replace_random(std::uint64_t (*source)() noexcept) noexcept {
  replacement.store(source, std::memory_order_relaxed);
}

std::uint32_t fork_generation() noexcept {
  return generation.load(std::memory_order_relaxed);
}

}  // namespace waybill::inline v0
