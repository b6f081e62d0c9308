#include <waybill/receive/content_encoding.hpp>

#include <waybill/base/hex.hpp>
#include <waybill/wire/gzip.hpp>

#include <doctest/doctest.h>

using namespace waybill;

namespace {

const std::string text = "some text that is long enough to be packed, packed, packed, packed";

std::string bytes(std::string_view hex) {
  std::string made;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    made.push_back(static_cast<char>(hex_digit(hex[i]) << 4 | hex_digit(hex[i + 1])));
  return made;
}

// As the common encoders write them, of `text` and of a million times 'a'.
struct packed {
  content_encoding how;
  std::string small;
  std::string bomb;
};
const packed samples[] = {
    {content_encoding::gzip, *gzip(text), *gzip(std::string(1'000'000, 'a'))},
    {content_encoding::deflate,
     bytes("789c2bcecf4d552849ad285128c9482c51c82c56c8c9cf4b5748cdcb2f4dcf5028c957484a5528484cce4e4dd1c141030"
           "01dc4"
           "176b"),
     {}},
    {content_encoding::brotli,
     bytes("1b4100781ca9539fbb3942a5a7581a5c828c91354b58d99a16e4104588924c4e152b0778a03c6865687422db0d"),
     bytes("5b3f428f5f222c1e0b04f2731e00")},
    {content_encoding::zstd,
     bytes("28b52ffd2442950100b402736f6d6520746578742074686174206973206c6f6e6720656e6f75676820746f20626520706"
           "1636b65"
           "642c01005b5dcab3eebf28"),
     bytes("28b52ffda440420f005400001061610100fbff39c00202001061020010610200106102001061020010610200106103120"
           "a61"
           "40dc4f9b")},
};

result<std::string> unpacked(content_encoding how, std::string_view body, std::size_t limit = 2'000'000) {
  return unpack(how, body, limit, [](std::size_t) { return true; });
}

}  // namespace

TEST_CASE("each encoding comes out as it went in, and no larger than the limit") {
  for (const auto& [how, small, bomb] : samples) {
    CAPTURE(static_cast<int>(how));
    const auto whole = unpacked(how, small, text.size());
    REQUIRE(whole);
    CHECK(*whole == text);
    const auto too_much = unpacked(how, small, text.size() - 1);
    REQUIRE_FALSE(too_much);
    CHECK(too_much.error().code == failure_code::too_large);
    if (bomb.empty()) continue;
    CHECK(unpacked(how, bomb, 1'000'000)->size() == 1'000'000);
    CHECK(unpacked(how, bomb, 999'999).error().code == failure_code::too_large);
  }
}

TEST_CASE("what is cut off, goes on behind its end or is packed in another way is refused") {
  for (const auto& [how, small, bomb] : samples) {
    CAPTURE(static_cast<int>(how));
    for (std::size_t size = 0; size < small.size(); ++size) {
      CAPTURE(size);
      const auto cut = unpacked(how, std::string_view{small}.substr(0, size));
      REQUIRE_FALSE(cut);
      CHECK(cut.error().code == failure_code::malformed);
    }
    CHECK_FALSE(unpacked(how, small + "behind"));
    for (const auto& other : samples) {
      if (other.how != how) CHECK_FALSE(unpacked(how, other.small));
    }
  }
}

TEST_CASE("memory is asked for before it is taken, the decoder's own too") {
  for (const auto& [how, small, bomb] : samples) {
    CAPTURE(static_cast<int>(how));
    const auto refused = unpack(how, small, 1000, [](std::size_t) { return false; });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == failure_code::busy);
  }
  // A frame that asks for a window of 16 MiB, to hold ten bytes.
  CHECK_FALSE(unpacked(content_encoding::zstd, bytes("28b52ffd007051000061616161616161616161")));
}

TEST_CASE("one encoding is read in any case, and none that nobody knows") {
  const auto read = [](http_headers headers) { return read_content_encoding(headers); };
  CHECK(read({}) == content_encoding::none);
  CHECK(read({{"content-encoding", " identity "}}) == content_encoding::none);
  CHECK(read({{"Content-Encoding", "GZIP"}}) == content_encoding::gzip);
  CHECK(read({{"Content-Encoding", "x-gzip"}}) == content_encoding::gzip);
  CHECK(read({{"Content-Encoding", "deflate"}}) == content_encoding::deflate);
  CHECK(read({{"Content-Encoding", "br"}}) == content_encoding::brotli);
  CHECK(read({{"Content-Encoding", "zstd"}}) == content_encoding::zstd);
  CHECK_FALSE(read({{"Content-Encoding", "snappy"}}));
  CHECK_FALSE(read({{"Content-Encoding", "gzip, br"}}));
  CHECK_FALSE(read({{"Content-Encoding", "gzip"}, {"Content-Encoding", "gzip"}}));
}
