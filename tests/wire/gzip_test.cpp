#include <waybill/wire/gzip.hpp>

#include <doctest/doctest.h>

using namespace waybill;

TEST_CASE("what gzip packs comes back, whatever its size") {
  std::string noise;
  std::uint32_t state = 1;
  for (const std::size_t size : {0, 1, 1000, 5000, 300'000}) {
    CAPTURE(size);
    while (noise.size() < size) noise += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    for (const std::string& plain : {noise.substr(0, size), std::string(size, 'a')}) {
      const auto packed = gzip(plain);
      REQUIRE(packed);
      const auto unpacked = gunzip(*packed);
      REQUIRE(unpacked);
      CHECK(*unpacked == plain);
    }
  }
}

TEST_CASE("several gzip members are one body") {
  const auto unpacked = gunzip(*gzip("first ") + *gzip("") + *gzip("second", 9));
  REQUIRE(unpacked);
  CHECK(*unpacked == "first second");
}

TEST_CASE("a body that unpacks to more than the limit is refused, one of exactly the limit is not") {
  const auto packed = *gzip(std::string(10'000'000, 'a'));
  CHECK(packed.size() < 60'000);
  CHECK(gunzip(packed, 10'000'000)->size() == 10'000'000);
  const auto refused = gunzip(packed, 9'999'999);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == failure_code::too_large);
}

TEST_CASE("gzip that is cut off, damaged or not gzip at all is refused") {
  const auto packed = *gzip("some text that is long enough to be packed, packed, packed, packed");
  for (std::size_t size = 0; size < packed.size(); ++size) {
    CAPTURE(size);
    const auto cut = gunzip(packed.substr(0, size));
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == failure_code::malformed);
  }
  std::string damaged = packed;
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);  // in its checksum
  CHECK_FALSE(gunzip(damaged));
  CHECK_FALSE(gunzip(packed + "trailing"));
  CHECK_FALSE(gunzip("{\"resourceSpans\":[]}"));
}
