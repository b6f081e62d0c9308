#include <waybill/base/random.hpp>

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

namespace waybill::inline v0 {

constinit std::atomic<std::uint32_t> forks{0};

namespace {

constinit std::atomic<std::uint64_t (*)() noexcept> replacement{nullptr};

// Registered when the library is loaded: a fork before the first span must count as well.
const int fork_handler =
    pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });

// xoshiro256**, by Blackman and Vigna: 256 bits of state, passes the usual batteries.
struct generator {
  std::array<std::uint64_t, 4> state;
  std::uint32_t seeded_in;  // fork generation + 1; 0 = never seeded
};
constinit thread_local generator local{{}, 0};

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
  if (syscall(SYS_getrandom, g.state.data(), sizeof g.state, 0) != static_cast<long>(sizeof g.state)) {
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

inline std::uint64_t draw(std::array<std::uint64_t, 4>& state) noexcept {
  const std::uint64_t drawn = rotate_left(state[1] * 5, 7) * 9;
  const std::uint64_t t = state[1] << 17;
  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= t;
  state[3] = rotate_left(state[3], 45);
  return drawn;
}

}  // namespace

template <std::size_t Count>
std::array<std::uint64_t, Count> random_words() noexcept {
  std::array<std::uint64_t, Count> words;
  if (const auto source = replacement.load(std::memory_order_relaxed)) [[unlikely]] {
    for (auto& word : words) word = source();
    return words;
  }
  if (const std::uint32_t now = fork_generation(); local.seeded_in != now + 1) [[unlikely]]
    seed(local, now);
  auto state = local.state;  // in registers meanwhile
  for (auto& word : words) word = draw(state);
  local.state = state;
  return words;
}

template std::array<std::uint64_t, 1> random_words<1>() noexcept;
template std::array<std::uint64_t, 2> random_words<2>() noexcept;
template std::array<std::uint64_t, 3> random_words<3>() noexcept;

void replace_random(std::uint64_t (*source)() noexcept) noexcept {
  replacement.store(source, std::memory_order_relaxed);
}

}  // namespace waybill::inline v0
