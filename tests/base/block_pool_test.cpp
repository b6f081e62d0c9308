#include <waybill/base/block_pool.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

using namespace waybill;

namespace {

std::vector<void*> acquire(std::size_t count) {
  std::vector<void*> blocks;
  for (std::size_t i = 0; i < count; ++i) {
    blocks.push_back(node_blocks::acquire());
    REQUIRE(blocks.back() != nullptr);
    std::memset(blocks.back(), 0x5A, node_blocks::block_size);
  }
  return blocks;
}
void release(const std::vector<void*>& blocks) {
  for (void* const block : blocks) node_blocks::release(block);
}

// Where count blocks of this thread are, before and after.
std::size_t seen_again(const std::vector<void*>& before, const std::vector<void*>& after) {
  const std::set<void*> known(before.begin(), before.end());
  return static_cast<std::size_t>(
      std::count_if(after.begin(), after.end(), [&](void* block) { return known.contains(block); }));
}

}  // namespace

TEST_CASE("no block is given to two at once, however many are taken") {
  for (const std::size_t count : {1U, 15U, 16U, 17U, 33U, 500U}) {
    CAPTURE(count);
    const auto blocks = acquire(count);
    CHECK(std::set<void*>(blocks.begin(), blocks.end()).size() == count);
    release(blocks);
  }
}

TEST_CASE("a thread gets back what it has released") {
  std::thread{[] {
    const auto first = acquire(32);
    release(first);
    const auto second = acquire(32);
    CHECK(seen_again(first, second) == 32);
    release(second);
  }}.join();
}

TEST_CASE("what one thread takes and another releases comes round, in whole batches and without loss") {
  std::vector<void*> before;
  std::vector<void*> after;
  std::thread{[&] { before = acquire(200); }}.join();
  std::thread{[&] { release(before); }}.join();
  std::thread{[&] {
    after = acquire(200);
    CHECK(seen_again(before, after) >= 200 - 16);  // and other tests' blocks may be among them
    release(after);
  }}.join();
}

TEST_CASE("threads that end leave their blocks to others") {
  std::vector<void*> before;
  std::thread{[&] {
    before = acquire(5);
    release(before);
  }}.join();
  std::thread{[&] {
    const auto after = acquire(5);
    CHECK(seen_again(before, after) == 5);
    release(after);
  }}.join();
}

TEST_CASE("many threads exchange blocks at once, and each block stays whole") {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int round = 0; round < 200; ++round) {
        std::vector<void*> mine;
        for (int i = 0; i < 40; ++i) {
          void* const block = node_blocks::acquire();
          std::memset(block, i, node_blocks::block_size);
          mine.push_back(block);
        }
        bool whole = true;
        for (int i = 0; i < 40; ++i) {
          const auto* const bytes = static_cast<const unsigned char*>(mine[static_cast<std::size_t>(i)]);
          whole = whole && std::all_of(bytes, bytes + node_blocks::block_size,
                                       [&](unsigned char b) { return b == i; });
        }
        CHECK(whole);
        release(mine);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}
